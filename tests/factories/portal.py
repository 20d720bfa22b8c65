import factory

from erhvervspanel.foundation import danish
from erhvervspanel.portal.models import News
from tests.factories.rows import PublishableFactory, links


class NewsFactory(PublishableFactory):
    """A piece of news; `themes`, `ideas`, `initiatives` and `events` take lists."""

    title = factory.Sequence(lambda n: f"Nyhed {n + 1}")
    slug = factory.LazyAttribute(lambda news: danish.slugify(news.title))
    summary = "En sætning om nyheden."
    text = "Det er der sket."
    themes = links()
    ideas = links()
    initiatives = links()
    events = links()

    class Meta:
        model = News
