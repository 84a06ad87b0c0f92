"""Corrections of CloudWatch."""

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse

from . import correction, replace


@correction
def dashboard_tags():
    """moto: the tags of a dashboard are dropped.

    AWS: those of its creation are kept; later ones need TagResource.
    """

    @replace(CloudWatchResponse)
    def put_dashboard(self, old):
        name, backend = self._get_param("DashboardName"), self.cloudwatch_backend
        new = name not in backend.dashboards
        answer = old()
        if new and self._get_param("Tags"):
            backend.tagger.tag_resource(backend.dashboards[name].arn, self._get_param("Tags"))
        return answer

    @replace(CloudWatchBackend)
    def delete_dashboards(self, old, dashboards):
        arns = [self.dashboards[name].arn for name in dashboards if name in self.dashboards]
        answer = old(dashboards)
        if answer is None:
            for arn in arns:
                self.tagger.delete_all_tags_for_resource(arn)
        return answer


@correction
def alarm_takes_its_tags():
    """moto: the tags of a deleted alarm come back with the next alarm of its name, and putting an alarm again adds tags.

    AWS: they are gone with it; tags of an existing alarm are ignored.
    """

    @replace(CloudWatchBackend)
    def delete_alarms(self, old, alarm_names):
        for name in alarm_names:
            if name in self.alarms:
                self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
        return old(alarm_names)

    @replace(CloudWatchBackend)
    def put_metric_alarm(self, old, *args, **kwargs):
        if kwargs.get("name") in self.alarms:
            kwargs["tags"] = None
        return old(*args, **kwargs)
