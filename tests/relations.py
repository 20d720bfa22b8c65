"""The relations of a model, for tests that say what becomes of each."""

from django.db.models import ForeignKey, ManyToManyField, Model


def relations_of(model: type[Model]) -> set[str]:
    """Every relation of `model`, its own and those of others to it, hidden ones too, but for the history's."""
    names = set()
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignKey | ManyToManyField):
            names.add(field.name)
        elif field.is_relation:
            by = field.related_model
            if not by.__name__.startswith("Historical") and not by._meta.auto_created and by is not model:
                names.add(field.get_accessor_name() or f"{by.__name__}.{field.field.name}")
    return names
