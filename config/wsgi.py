"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# gunicorn loads this once and forks: what is done here, nobody's first page waits for.
reverse("accounts:login")
get_template("base.html")
# The collector need not walk over what was loaded, and forked processes go on sharing its memory.
gc.collect()
gc.freeze()
