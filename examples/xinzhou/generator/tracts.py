"""The 38 tracts on the drawing board: shapes that slide or grow until their area is the published one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import LineString, Polygon

from .layout import to_ground


@dataclass(frozen=True)
class Block:
    """A polygon on the board; the vertices in ``moving`` slide along ``direction`` until the area is right."""

    points: tuple
    moving: tuple = ()
    direction: tuple = (0.0, 0.0)
    hole: tuple = ()

    def shape(self, t: float):
        """The block on the ground after sliding by ``t`` metres."""
        points = [
            (u + t * self.direction[0], v + t * self.direction[1]) if i in self.moving else (u, v)
            for i, (u, v) in enumerate(self.points)
        ]
        return to_ground(Polygon(points, [self.hole] if self.hole else None))


@dataclass(frozen=True)
class Strip:
    """A street: a centre line with a width; with ``solve`` its last point runs on until the area is right."""

    points: tuple
    width_m: float
    solve: bool = False

    def shape(self, t: float):
        """The street on the ground, ``t`` metres longer than drawn."""
        points = [np.array(p, float) for p in self.points]
        if self.solve:
            along = points[-1] - points[-2]
            points[-1] = points[-1] + t * along / np.hypot(*along)
        return to_ground(LineString(points)).buffer(self.width_m / 2, cap_style="flat", join_style="mitre")


@dataclass(frozen=True)
class Tract:
    """One tract of the plan: its pieces, and how many separate parts it has in the end."""

    pieces: tuple
    parts: int = 1
    state_angles_deg: tuple = (90.0,)  # the sides from which state-owned land is cut


# In order of precedence: a later tract gives way to an earlier one, and so shares its edge vertex for vertex.
TRACTS: dict[str, Tract] = {
    "5": Tract(
        (
            Strip(((2300, 2250), (2310, 1500), (2300, -300)), 50),
            Strip(((2290, 850), (900, 860), (-400, 845)), 50, True),
        )
    ),
    "21": Tract((Strip(((2300, -280), (2285, -900), (2300, -1400)), 46, True),), state_angles_deg=(90,)),
    "22": Tract((Strip(((2300, -1480), (2303, -1900)), 44, True),), state_angles_deg=(90,)),
    "34": Tract((Strip(((2302, -1940), (2300, -2600), (2255, -3100)), 42, True),), state_angles_deg=(90,)),
    "3": Tract((Strip(((-470, 845), (-900, 852), (-1200, 850)), 36, True),)),
    "2": Tract((Strip(((-1560, 848), (-1590, 848)), 30, True),), state_angles_deg=(180,)),
    "17": Tract(
        (
            Block(
                (
                    (2300, 130),
                    (3050, 145),
                    (3085, 425),
                    (4200, 385),
                    (4340, -560),
                    (4270, -1450),
                    (4420, -1640),
                    (4380, -2330),
                    (3400, -2480),
                    (3385, -2330),
                    (2300, -2300),
                ),
                (3, 4, 5, 6, 7),
                (1, 0),
            ),
        ),
        state_angles_deg=(0, 200),
    ),
    "32": Tract(
        (Block(((2290, 60), (2290, 900), (2700, 915), (3068, 890), (3068, 60)), (1, 2, 3), (0, 1)),),
        state_angles_deg=(90,),
    ),
    "37": Tract(
        (
            Strip(((2280, -2722), (3000, -2735), (4150, -2690)), 40),
            Block(((2420, -2250), (3500, -2250), (3480, -2735), (2430, -2722)), (1, 2), (1, 0)),
        ),
        state_angles_deg=(0,),
    ),
    "36": Tract((Block(((2070, -2170), (2300, -2175), (2300, -1960), (2080, -1950)), (0, 3), (-1, 0)),)),
    "35": Tract((Block(((2170, -2290), (2300, -2285), (2300, -2215), (2175, -2220)), (0, 3), (-1, 0)),)),
    "38": Tract(
        (Block(((2480, -2860), (2890, -2860), (2890, -2995), (2480, -2990)), (1, 2), (1, 0)),),
        state_angles_deg=(180,),
    ),
    "8": Tract((Block(((1830, -2560), (2060, -2560), (2055, -2350), (1840, -2345)), (0, 3), (-1, 0)),)),
    "23": Tract(
        (
            Block(
                (
                    (1300, 840),
                    (1290, 1480),
                    (1350, 1500),
                    (1340, 2030),
                    (1660, 2170),
                    (2300, 2200),
                    (2300, 840),
                ),
                (0, 1, 2, 3),
                (-1, 0),
            ),
        ),
        state_angles_deg=(200,),
    ),
    "24": Tract((Strip(((1330, 1560), (1150, 1568)), 22, True),)),
    "20": Tract(
        (
            Block(
                (
                    (1470, 190),
                    (1800, 170),
                    (1815, 240),
                    (2120, 230),
                    (2125, 780),
                    (1650, 790),
                    (1630, 680),
                    (1465, 690),
                ),
                (0, 7),
                (-1, 0),
            ),
        ),
        state_angles_deg=(180,),
    ),
    "33": Tract(
        (
            Block(
                ((1400, -960), (2300, -970), (2300, -330), (1730, -310), (1690, -420), (1410, -430)),
                (0, 5),
                (-1, 0),
            ),
        ),
        state_angles_deg=(270,),
    ),
    "14": Tract(
        (
            Block(
                (
                    (420, -2600),
                    (1500, -2625),
                    (1610, -2240),
                    (1585, -1480),
                    (900, -1440),
                    (890, -1560),
                    (420, -1575),
                ),
                (0, 6),
                (-1, 0),
                ((840, -2160), (1090, -2170), (1130, -1960), (1010, -1900), (900, -1905), (810, -1990)),
            ),
        ),
        state_angles_deg=(0,),
    ),
    "4": Tract(
        (
            Block(
                (
                    (-1790, -2430),
                    (-1000, -2640),
                    (120, -2650),
                    (150, -1760),
                    (-350, -1730),
                    (-360, -1390),
                    (-1490, -1370),
                    (-1530, -1570),
                    (-1830, -1550),
                ),
                (0, 7, 8),
                (-1, 0),
            ),
        ),
        state_angles_deg=(90, 300),
    ),
    "16": Tract((Block(((-330, -1800), (140, -1800), (140, -1530), (-335, -1520)), (2, 3), (0, 1)),)),
    "13": Tract(
        (
            Block(
                ((-3520, -690), (-2690, -720), (-2680, -190), (-2950, -175), (-2960, -60), (-3540, -45)),
                (0, 5),
                (-1, 0),
            ),
        ),
        state_angles_deg=(90,),
    ),
    "10": Tract(
        (
            Block(
                ((-3450, 50), (-2960, 35), (-2945, 300), (-2730, 310), (-2720, 560), (-3420, 575)),
                (0, 5),
                (-1, 0),
            ),
        )
    ),
    "25": Tract(
        (Block(((-3330, 880), (-2730, 900), (-2700, 1500), (-2990, 1640), (-3340, 1560)), (0, 4), (-1, 0)),),
        state_angles_deg=(90,),
    ),
    "26": Tract((Block(((-1490, 1480), (-1000, 1465), (-880, 1500), (-870, 1990), (-1480, 2010)), (2, 3), (1, 0)),)),
    "7": Tract((Strip(((-1680, 2080), (-1690, 1500), (-1670, 1010)), 34, True),)),
    "6": Tract((Strip(((-640, 1720), (-420, 1728)), 24, True),)),
    "31": Tract((Strip(((-1950, -700), (-1830, -694)), 14, True),)),
    "11": Tract((Block(((310, 1240), (560, 1235), (570, 1480), (320, 1490)), (0, 3), (-1, 0)),)),
    "19": Tract((Block(((-210, 1140), (20, 1130), (30, 1270), (-200, 1285)), (0, 3), (-1, 0)),)),
    "30": Tract((Block(((300, 1890), (590, 1880), (640, 1960), (630, 2150), (310, 2160)), (0, 4), (-1, 0)),)),
    "27": Tract((Block(((80, 300), (190, 298), (192, 385), (82, 387)), (1, 2), (1, 0)),)),
    "28": Tract((Block(((-2160, 340), (-1930, 330), (-1925, 520), (-2010, 545), (-2150, 540)), (0, 4), (-1, 0)),)),
    "12": Tract((Block(((-2360, -960), (-2235, -965), (-2230, -870), (-2355, -860)), (0, 3), (-1, 0)),)),
    "15": Tract((Block(((-1110, 300), (-965, 298), (-960, 415), (-1105, 418)), (1, 2), (1, 0)),)),
    "18": Tract((Block(((-470, -520), (-310, -522), (-300, -400), (-465, -390)), (1, 2), (1, 0)),)),
    "9": Tract((Block(((620, -160), (715, -162), (716, -85), (622, -80)), (1, 2), (1, 0)),)),
    "29": Tract(
        (
            Strip(((-3560, -1010), (-3545, -1500), (-3600, -1980)), 30),
            Block(
                (
                    (-3330, -1350),
                    (-2860, -1370),
                    (-2850, -1720),
                    (-3090, -1745),
                    (-3100, -1690),
                    (-3340, -1680),
                ),
                (1, 2),
                (1, 0),
            ),
        ),
        parts=2,
        state_angles_deg=(0,),
    ),
    "1": Tract((Block(((700, 2420), (790, 2418), (792, 2495), (702, 2493)), (0, 3), (-1, 0)),)),
}
