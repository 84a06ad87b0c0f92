"""Corrections of Secrets Manager."""

from moto.secretsmanager.models import SecretsManagerBackend

from . import correction, replace


@correction
def secret_without_description():
    """moto: update_secret ignores an empty description.

    AWS: it takes the description away.
    """

    @replace(SecretsManagerBackend)
    def update_secret(self, old, secret_id, *args, **kwargs):
        answer = old(secret_id, *args, **kwargs)
        if kwargs.get("description") == "":
            self.secrets[secret_id].description = ""
        return answer
