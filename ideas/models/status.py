"""The status that an idea shows. It follows from the idea's answers and initiatives and is stored nowhere."""

from django.db import models


class Status(models.TextChoices):
    """What became of an idea, in the order of the story. The values stand in addresses."""

    AWAITING = "afventer", "Afventer behandling"
    INITIATIVE = "bliver-til-initiativ", "Bliver til initiativ"
    UNDER_WAY = "initiativ-i-gang", "Initiativ i gang"
    DELIVERED = "gennemfoert", "Gennemført"
    STOPPED = "stoppet", "Initiativet er stoppet"
    ALREADY_DONE = "allerede-gjort", "Allerede gjort"
    ALREADY_OFFERED = "findes-allerede", "Findes allerede som tilbud"
    MERGED = "lagt-sammen", "Lagt sammen med en anden ide"
    SPLIT = "delt", "Delt i flere ideer"
    LATER = "senere", "Tages op senere"
    NOT_PURSUED = "ikke-videre", "Går ikke videre"
