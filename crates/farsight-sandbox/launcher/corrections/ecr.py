"""Corrections of ECR."""

from moto.ecr.models import ECRBackend

from . import correction, replace


@correction
def scanning_off():
    """moto: put_image_scanning_configuration ignores a configuration without scanOnPush.

    AWS: without it, images are not scanned once they are pushed.
    """

    @replace(ECRBackend)
    def put_image_scanning_configuration(self, old, registry_id, repository_name, image_scan_config):
        return old(registry_id, repository_name, {"scanOnPush": False, **(image_scan_config or {})})
