from incidents.staff.steps import Step, Steps


def steps(user, now):
    return Steps(mine=[Step("Night shift", f"{user} is on call until six", "/admin/rota/")])
