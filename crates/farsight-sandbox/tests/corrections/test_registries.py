"""The corrections of ECR and Secrets Manager."""

from support import Case, client


class Ecr(Case):
    def test_scanning_off(self):
        ecr = client("ecr")
        ecr.create_repository(repositoryName="scanning", imageScanningConfiguration={"scanOnPush": True})
        ecr.put_image_scanning_configuration(repositoryName="scanning", imageScanningConfiguration={})
        read = ecr.describe_repositories(repositoryNames=["scanning"])["repositories"][0]
        self.assertEqual(read["imageScanningConfiguration"], {"scanOnPush": False})


class SecretsManager(Case):
    def test_secret_without_description(self):
        secrets = client("secretsmanager")
        secrets.create_secret(Name="described", Description="d")
        secrets.update_secret(SecretId="described", Description="")
        self.assertFalse(secrets.describe_secret(SecretId="described").get("Description"))
