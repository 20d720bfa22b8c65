"""The catalogue of the datasets for other portals: DCAT-AP-DK 3.0 as JSON-LD.

DCAT-AP-DK wants title, description and publisher of the catalogue, title and description of a dataset, and the address of a
distribution. The rest is what data portals sort and show by. The values of the vocabularies are the EU's
(https://op.europa.eu/en/web/eu-vocabularies/dcat-ap).
"""

from django.conf import settings

from erhvervspanel.foundation.links import link
from erhvervspanel.portal.open_data import DATASETS, Dataset
from erhvervspanel.portal.open_data.files import FORMATS

AUTHORITY = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
PUBLISHER = "Rudersdal Kommune"
KEYWORDS = ("erhvervspanel", "erhverv", "Rudersdal")
DANISH = {"@id": f"{AUTHORITY}/language/DAN"}
# Economy, and government and the public sector.
SUBJECTS = [{"@id": f"{AUTHORITY}/data-theme/{code}"} for code in ("ECON", "GOVE")]


def catalogue() -> dict:
    """All datasets, with addresses that hold wherever the file is read."""
    home = whole(link("portal:data"))
    return {
        "@context": CONTEXT,
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": danish("Åbne data fra Erhvervspanel"),
        "dct:description": danish(
            "Rudersdal Kommunes erhvervspaneler som data: fra tema og panelmøde til ide, beslutning, initiativ og målt virkning."
        ),
        "dct:publisher": publisher(),
        "dct:language": DANISH,
        "dct:license": {"@id": settings.DATA_LICENCE.url},
        "foaf:homepage": {"@id": home},
        "dcat:dataset": [described(dataset) for dataset in DATASETS.values()],
    }


def described(dataset: Dataset) -> dict:
    page = f"{whole(link('portal:data'))}#{dataset.slug}"
    return {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": page,
        "dct:title": danish(dataset.title),
        "dct:description": danish(dataset.about),
        "dct:publisher": publisher(),
        "dct:language": DANISH,
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": PUBLISHER,
            "vcard:hasEmail": {"@id": f"mailto:{settings.REPLY_TO_EMAIL}"},
        },
        "dcat:keyword": [danish(word) for word in (*KEYWORDS, dataset.title)],
        "dcat:theme": SUBJECTS,
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [distributed(dataset, ending) for ending in FORMATS],
    }


def distributed(dataset: Dataset, ending: str) -> dict:
    """The dataset as one of its files."""
    address = whole(link(f"portal:data-{ending}", dataset.slug))
    media_type, _ = FORMATS[ending]
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": danish(f"{dataset.title} som {ending.upper()}"),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "dct:format": {"@id": f"{AUTHORITY}/file-type/{ending.upper()}"},
        "dct:license": {"@id": settings.DATA_LICENCE.url},
    }


def publisher() -> dict:
    return {"@id": f"{settings.SITE_URL}/#kommunen", "@type": "foaf:Agent", "foaf:name": danish(PUBLISHER)}


def danish(text: str) -> dict:
    return {"@value": text, "@language": "da"}


def whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"
