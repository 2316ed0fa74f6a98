# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members that an old botocore may not know, made by `make newer`. Private to this collection."""

from __future__ import annotations

KNOWN_BY = "1.44.5"
MEMBERS = {
    "AttachTrafficSourcesType": {
        "skip_zonal_shift_validation",
    },
    "CreateAutoScalingGroupType": {
        "availability_zone_distribution",
        "availability_zone_ids",
        "availability_zone_impairment_policy",
        "capacity_reservation_specification",
        "deletion_protection",
        "instance_lifecycle_policy",
        "operator",
        "skip_zonal_shift_validation",
    },
    "CustomizedMetricSpecification": {
        "period",
    },
    "InstanceRequirements": {
        "baseline_performance_factors",
        "max_spot_price_as_percentage_of_optimal_on_demand_price",
    },
    "InstanceRequirementsRequest": {
        "baseline_performance_factors",
        "max_spot_price_as_percentage_of_optimal_on_demand_price",
        "require_encryption_in_transit",
    },
    "InstancesDistribution": {
        "distribution_segments",
    },
    "LaunchTemplateCpuOptionsRequest": {
        "nested_virtualization",
    },
    "LaunchTemplateEbsBlockDeviceRequest": {
        "ebs_card_index",
        "volume_initialization_rate",
    },
    "LaunchTemplateInstanceNetworkInterfaceSpecificationRequest": {
        "ena_queue_count",
    },
    "LaunchTemplateOverrides": {
        "image_id",
    },
    "LaunchTemplatePlacementRequest": {
        "availability_zone_id",
    },
    "LaunchTemplatesMonitoringRequest": {
        "metric_category_ids",
    },
    "RequestLaunchTemplateData": {
        "network_performance_options",
        "operator",
        "secondary_interfaces",
    },
    "TargetTrackingMetricDataQuery": {
        "period",
    },
    "TargetTrackingMetricStat": {
        "period",
    },
    "UpdateAutoScalingGroupType": {
        "availability_zone_distribution",
        "availability_zone_ids",
        "availability_zone_impairment_policy",
        "capacity_reservation_specification",
        "deletion_protection",
        "instance_lifecycle_policy",
        "skip_zonal_shift_validation",
    },
}
