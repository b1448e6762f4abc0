"""Windows in addresses: by their public id only, so that other words are places of their own, or the admin's."""


class WindowConverter:
    regex = "mnt_[a-z0-9]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
