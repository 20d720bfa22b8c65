from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('foundation', '0008_erasures'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('state', 'sent')), fields=['sent_at'], name='mail_sent'),
        ),
    ]
