from incidents.permissions import Offer, Right, Section

RIGHTS = [Offer(Section(35, "Paging"), 10, (Right.to("page", "Page people", "paging.page_person"),))]
REFUSALS = {"paging.page_person": "You may not page. Ask a lead."}
