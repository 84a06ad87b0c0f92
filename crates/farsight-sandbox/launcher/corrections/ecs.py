"""Corrections of ECS."""

from moto.core.responses import ActionResult
from moto.ecs.exceptions import ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from . import correction, replace


@correction
def service_fields():
    """moto: create_service drops the deployment configuration, execute command, grace period, placement and more.

    AWS: they are read back; a Fargate service has the platform version LATEST, one with capacity providers no launch type.
    """
    fields = {
        "availabilityZoneRebalancing": "availability_zone_rebalancing",
        "capacityProviderStrategy": "capacity_provider_strategy",
        "deploymentConfiguration": "deployment_configuration",
        "enableECSManagedTags": "enable_ecs_managed_tags",
        "enableExecuteCommand": "enable_execute_command",
        "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "placementConstraints": "placement_constraints",
        "placementStrategy": "placement_strategy",
    }

    @replace(EC2ContainerServiceResponse)
    def create_service(self, old):
        if self._get_param("launchType") == "FARGATE" and not self._get_param("platformVersion"):
            self.params["platformVersion"] = "LATEST"
        answer = old()
        for parameter, attribute in fields.items():
            if self._get_param(parameter) is not None:
                setattr(answer.result["service"], attribute, self._get_param(parameter))
        if self._get_param("capacityProviderStrategy"):
            answer.result["service"].launch_type = None
        return answer


@correction
def duplicate_service():
    """moto: a second service of the same name takes the place of the first.

    AWS: InvalidParameterException while the first is active.
    """

    @replace(EC2ContainerServiceBackend)
    def create_service(self, old, cluster_str, service_name, *args, **kwargs):
        cluster = self._get_cluster(cluster_str)
        present = self.services.get(f"{cluster.name}:{service_name}")
        if present and present.status == "ACTIVE":
            raise InvalidParameterException("Creation of service was not idempotent.")
        return old(cluster_str, service_name, *args, **kwargs)


@correction
def blocks_of_deployment():
    """moto: Service Connect, managed volumes and VPC Lattice of a service are dropped.

    AWS: they are read back in the newest deployment.
    """
    blocks = ["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"]

    def keep(self, old):
        answer = old()
        for deployment in answer.result["service"].deployments[:1]:
            deployment.update({name: self._get_param(name) for name in blocks if self._get_param(name) is not None})
        return answer

    replace(EC2ContainerServiceResponse, "create_service")(keep)
    replace(EC2ContainerServiceResponse, "update_service")(keep)


@correction
def service_token():
    """moto: a repeated clientToken is a second create of the same service.

    AWS: the same token gives the first answer again.
    """

    @replace(EC2ContainerServiceResponse)
    def create_service(self, old):
        token = self._get_param("clientToken")
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
        present = self.ecs_backend.services.get(f"{cluster.name}:{self._get_param('serviceName')}")
        if token and present and present.status == "ACTIVE" and getattr(present, "client_token", None) == token:
            return ActionResult({"service": present})
        answer = old()
        answer.result["service"].client_token = token
        return answer


@correction
def tasks_of_new_service():
    """moto: a new service runs the same number of tasks, whatever number it shall run.

    AWS: after a while it runs as many as it shall.
    """

    @replace(EC2ContainerServiceBackend)
    def create_service(self, old, cluster_str, *args, **kwargs):
        service = old(cluster_str, *args, **kwargs)
        cluster = self._get_cluster(cluster_str)
        self.update_cluster_resources(cluster, service.desired_count - service.running_count, task_state="RUNNING")
        self.update_cluster_resources(cluster, -service.pending_count, task_state="PENDING")
        service.running_count, service.pending_count = service.desired_count, 0
        for deployment in service.deployments:
            deployment["runningCount"], deployment["pendingCount"] = service.desired_count, 0
            deployment["rolloutState"] = "COMPLETED"
            deployment["rolloutStateReason"] = f"ECS deployment {deployment['id']} completed."
        return service


@correction
def service_deployment():
    """moto: after an update the primary deployment still names the old task definition and the old number of tasks.

    AWS: it names the new ones.
    """

    @replace(EC2ContainerServiceBackend)
    def update_service(self, old, service_properties):
        service = old(service_properties)
        if "/" not in service.task_definition:
            service.task_definition = self.describe_task_definition(service.task_definition).arn
        for deployment in service.deployments[:1]:
            deployment["taskDefinition"] = service.task_definition
            deployment["desiredCount"] = deployment["runningCount"] = service.desired_count
        return service


@correction
def cluster_settings():
    """moto: update_cluster_settings is not there.

    AWS: it changes the settings of the cluster.
    """

    def update_cluster_settings(self):
        cluster = self.ecs_backend.update_cluster(self._get_param("cluster"), self._get_param("settings"), None, None)
        return ActionResult({"cluster": cluster})

    EC2ContainerServiceResponse.update_cluster_settings = update_cluster_settings


@correction
def cluster_in_use():
    """moto: a cluster with services can be deleted.

    AWS: ClusterContainsServicesException.
    """

    @replace(EC2ContainerServiceBackend)
    def delete_cluster(self, old, cluster_str):
        cluster = self._get_cluster(cluster_str)
        if any(s.cluster_name == cluster.name and s.status != "INACTIVE" for s in self.services.values()):
            message = "The Cluster cannot be deleted while Services are active."
            raise ECSException("ClusterContainsServicesException", message)
        return old(cluster_str)
