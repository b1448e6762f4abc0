"""How static files are kept: under hashed names, and compressed once."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """With gzip only: brotli would make every first start seven seconds longer, for files that staff alone load."""

    def create_compressor(self, **kwargs):
        return Compressor(use_brotli=False, **kwargs)
