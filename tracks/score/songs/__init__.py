"""The eight pieces, in the order of the tape."""
from importlib import import_module

PIECES = ("a1_house_lights_down", "a2_ashtray_moon", "a3_as_far_as_the_door", "a4_cab_fare",
          "b1_the_corner_table", "b2_cloakroom_waltz", "b3_a_fair_copy", "b4_one_lamp_left_on")


def all_songs():
    return [import_module(f"{__name__}.{p}").song() for p in PIECES]
