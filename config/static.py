"""Static files for ``make run``: the deployed ones under the same names, ready sooner."""

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class QuickStaticFiles(CompressedManifestStaticFilesStorage):
    """With gzip only. Brotli is for a build; at a first start it is seven seconds of waiting."""

    def create_compressor(self, **kwargs):
        return Compressor(use_brotli=False, **kwargs)
