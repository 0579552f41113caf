"""stub"""
from dashboard.live.board import Vitals
from dashboard.live.refresher import Picture


class Assembler:
    subdistrict_id: int | None = None

    def __init__(self, engine, subdistrict=None):
        pass

    def picture(self, serial, now) -> Picture:
        raise NotImplementedError

    def look(self, connection) -> Vitals | None:
        return None
