GROUPS = {"Support": ["paging.page_person"]}
