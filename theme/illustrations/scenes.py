"""The list of all scenes: file name without ending, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable

from theme.illustrations import campaign, gatherings, outings, rooms, streets

SCENES: dict[str, Callable[[], str]] = {
    "crossing": streets.crossing,
    "hotline": rooms.hotline,
    "hospital": rooms.hospital,
    "haircut": outings.haircut,
    "bookmall": rooms.bookmall,
    "sorting": gatherings.sorting,
    "metro": streets.metro,
    "marathon": streets.marathon,
    "typhoon": streets.typhoon,
    "classroom": rooms.classroom,
    "museum": rooms.museum,
    "beach": outings.beach,
    "vest": rooms.vest,
    "fire-drill": streets.fire_drill,
    "hitech-fair": gatherings.hitech_fair,
    "conference-hall": gatherings.conference_hall,
    "conference-stars": gatherings.conference_stars,
    "culture-fair": gatherings.culture_fair,
    "school-outreach": gatherings.school_outreach,
    "patrol": streets.patrol,
    "steps": outings.steps,
    "north-station": streets.north_station,
    "eco-day": gatherings.eco_day,
    "huizhou": outings.huizhou,
    "elder-care": rooms.elder_care,
    "masthead": campaign.masthead,
    "theme-culture": campaign.theme_culture,
    "theme-civility": campaign.theme_civility,
    "theme-livelihood": campaign.theme_livelihood,
    "theme-harmony": campaign.theme_harmony,
    "theme-quality": campaign.theme_quality,
}
