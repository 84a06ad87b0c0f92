//! Log deliveries, alike for clusters and replication groups.

use aws_sdk_elasticache::types::{
    CloudWatchLogsDestinationDetails, DestinationDetails, DestinationType, KinesisFirehoseDestinationDetails,
    LogDeliveryConfiguration as Now, LogDeliveryConfigurationRequest, LogDeliveryConfigurationStatus, LogFormat,
    LogType, PendingLogDeliveryConfiguration as Pending,
};
use farsight_aws::elasticache::LogDeliveryConfiguration;

/// The deliveries, with the changes that wait for the maintenance window.
pub(crate) fn seen(now: &[Now], pending: &[Pending]) -> Vec<LogDeliveryConfiguration> {
    let waits = |delivery: &Now| pending.iter().any(|waiting| waiting.log_type == delivery.log_type);
    let going = |delivery: &Now| delivery.status() == Some(&LogDeliveryConfigurationStatus::Disabling);
    let stay = now.iter().filter(|delivery| !waits(delivery) && !going(delivery)).filter_map(|delivery| {
        block(delivery.log_type(), delivery.destination_type(), delivery.destination_details(), delivery.log_format())
    });
    let come = pending.iter().filter_map(|delivery| {
        block(delivery.log_type(), delivery.destination_type(), delivery.destination_details(), delivery.log_format())
    });
    stay.chain(come).collect()
}

fn block(
    log_type: Option<&LogType>,
    destination_type: Option<&DestinationType>,
    details: Option<&DestinationDetails>,
    format: Option<&LogFormat>,
) -> Option<LogDeliveryConfiguration> {
    let details = details?;
    let group = details.cloud_watch_logs_details().and_then(|details| details.log_group.clone());
    let stream = details.kinesis_firehose_details().and_then(|details| details.delivery_stream.clone());
    Some(LogDeliveryConfiguration {
        destination: group.or(stream)?,
        destination_type: destination_type?.as_str().to_owned(),
        log_format: format?.as_str().to_owned(),
        log_type: log_type?.as_str().to_owned(),
    })
}

/// The deliveries as a call takes them: those wanted, and an end to those that are no longer.
pub(crate) fn requests(
    wanted: &[LogDeliveryConfiguration],
    observed: &[LogDeliveryConfiguration],
) -> Option<Vec<LogDeliveryConfigurationRequest>> {
    let gone = observed.iter().filter(|has| !wanted.iter().any(|want| want.log_type == has.log_type));
    let requests: Vec<_> =
        wanted.iter().map(|want| request(want, true)).chain(gone.map(|has| request(has, false))).collect();
    (!requests.is_empty()).then_some(requests)
}

fn request(delivery: &LogDeliveryConfiguration, enabled: bool) -> LogDeliveryConfigurationRequest {
    let request = LogDeliveryConfigurationRequest::builder().log_type(LogType::from(delivery.log_type.as_str()));
    if !enabled {
        return request.enabled(false).build();
    }
    let kind = DestinationType::from(delivery.destination_type.as_str());
    let details = if kind == DestinationType::KinesisFirehose {
        let details = KinesisFirehoseDestinationDetails::builder().delivery_stream(&delivery.destination).build();
        DestinationDetails::builder().kinesis_firehose_details(details)
    } else {
        let details = CloudWatchLogsDestinationDetails::builder().log_group(&delivery.destination).build();
        DestinationDetails::builder().cloud_watch_logs_details(details)
    };
    request
        .destination_type(kind)
        .destination_details(details.build())
        .log_format(LogFormat::from(delivery.log_format.as_str()))
        .enabled(true)
        .build()
}
