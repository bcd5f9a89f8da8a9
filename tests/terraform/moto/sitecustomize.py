"""What moto 5.2 leaves out of AWS that our layers need, added to it where it serves.

With this folder on PYTHONPATH Python loads it before anything else. A mock that
has additions of its own is served with both: these come last.
"""

import json

try:
    import moto.server
except ImportError:  # some other Python program
    moto = None

_BACKUP = "_backup_wanted"


def _s3():
    from moto.s3.models import FakeBucket, FakeDeleteMarker

    get_permission = FakeBucket.get_permission

    # moto knows no conditions in bucket policies: a Deny for plain HTTP would
    # deny everything.
    def without_conditions(self, action, resource):
        if self.policy is None:
            return get_permission(self, action, resource)
        whole = self.policy
        policy = json.loads(whole)
        policy["Statement"] = [one for one in policy["Statement"] if "Condition" not in one]
        self.policy = json.dumps(policy).encode()
        try:
            return get_permission(self, action, resource)
        finally:
            self.policy = whole

    FakeBucket.get_permission = without_conditions
    # Asked of every version when a bucket is emptied.
    FakeDeleteMarker.dispose = lambda self, garbage=False: None


def _efs():
    from moto.efs.responses import EFSResponse

    describe = EFSResponse.describe_backup_policy

    def answer(enabled):
        status = "ENABLED" if enabled else "DISABLED"
        body = json.dumps({"BackupPolicy": {"Status": status}})
        return body, {"Content-Type": "application/json"}

    def file_system(self):
        return self.efs_backend.file_systems_by_id.get(self._get_param("FileSystemId"))

    def put_backup_policy(self):
        policy = self._get_param("BackupPolicy")
        setattr(file_system(self), _BACKUP, policy["Status"] == "ENABLED")
        return answer(policy["Status"] == "ENABLED")

    # Once set, it is never unset: what is off says DISABLED.
    def describe_backup_policy(self):
        wanted = getattr(file_system(self), _BACKUP, None)
        return describe(self) if wanted is None else answer(wanted)

    EFSResponse.put_backup_policy = put_backup_policy
    EFSResponse.describe_backup_policy = describe_backup_policy


def _scaling_targets():
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response

    tags = {}  # by ARN
    register = Response.register_scalable_target

    def tags_of(self):
        return tags.setdefault(self._get_param("ResourceARN"), {})

    def register_scalable_target(self):
        result = register(self)
        arn = json.loads(result).get("ScalableTargetARN")
        if arn and self._get_param("Tags"):
            tags[arn] = dict(self._get_param("Tags"))
        return result

    def tag_resource(self):
        tags_of(self).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self):
        for key in self._get_param("TagKeys"):
            tags_of(self).pop(key, None)
        return "{}"

    Response.register_scalable_target = register_scalable_target
    Response.list_tags_for_resource = lambda self: json.dumps({"Tags": tags_of(self)})
    Response.tag_resource = tag_resource
    Response.untag_resource = untag_resource


def _ecs():
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    kept = {
        "capacityProviderStrategy": "capacity_provider_strategy",
        "deploymentConfiguration": "deployment_configuration",
        "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "enableECSManagedTags": "enable_ecs_managed_tags",
    }

    # Services are given back as they were set.
    def keeping(call):
        def method(self):
            result = call(self)
            service = result.result["service"]
            for parameter, attribute in kept.items():
                if self._get_param(parameter) is not None:
                    setattr(service, attribute, self._get_param(parameter))
            if getattr(service, "capacity_provider_strategy", None):
                service.launch_type = None
            if not hasattr(service, "availability_zone_rebalancing"):
                wanted = self._get_param("availabilityZoneRebalancing")
                service.availability_zone_rebalancing = wanted or "DISABLED"
            return result

        return method

    Response.create_service = keeping(Response.create_service)
    Response.update_service = keeping(Response.update_service)


def _security_groups():
    from moto.ec2.models.security_groups import SecurityGroupRule as Rule

    init = Rule.__init__

    # Descriptions of rules that name a group or a prefix list.
    def init_with_description(self, *args, **kwargs):
        init(self, *args, **kwargs)
        prefix_list = args[7] if len(args) > 7 else kwargs.get("prefix_list_id")
        self.source_group = dict(self.source_group)
        said = self.source_group.pop("Description", None)
        self._said = said or (prefix_list or {}).get("Description")

    Rule.__init__ = init_with_description
    Rule.description = property(lambda self: self.ip_range.get("Description") or self._said)


def _eks():
    from moto.eks.responses import EKSResponse

    create = EKSResponse.create_cluster

    # Auto Mode.
    def create_cluster(self):
        result = create(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        for parameter, attribute in (
            ("computeConfig", "compute_config"),
            ("storageConfig", "storage_config"),
        ):
            if self._get_param(parameter):
                setattr(cluster, attribute, self._get_param(parameter))
        return result

    EKSResponse.create_cluster = create_cluster


def _cloudfront():
    from moto.cloudfront import models, responses, urls
    # moto finds what an error means by the service of its class.
    from moto.cloudfront.exceptions import CloudFrontException
    from moto.core.responses import ActionResult

    made = {}  # VPC origins by id
    init = models.Origin.__init__
    Response = responses.CloudFrontResponse

    # Origins inside a VPC are given back as they were set.
    def init_with_vpc(self, origin):
        init(self, origin)
        config = origin.get("VpcOriginConfig")
        if config:
            numbers = ("OriginReadTimeout", "OriginKeepaliveTimeout")
            self.vpc_origin_config = {
                "VpcOriginId": config["VpcOriginId"],
                **{name: int(config[name]) for name in numbers if name in config},
            }

    def answer(identity):
        return ActionResult({"VpcOrigin": made[identity], "ETag": f"E{identity[3:]}"})

    def create_vpc_origin(self):
        config = self._get_param("VpcOriginEndpointConfig")
        identity = f"vo_{models.random_id(length=22)}"
        arn = f"arn:aws:cloudfront::{self.current_account}:vpcorigin/{identity}"
        made[identity] = {
            "Id": identity,
            "Arn": arn,
            "Status": "Deployed",
            "CreatedTime": "2026-01-01T00:00:00Z",
            "LastModifiedTime": "2026-01-01T00:00:00Z",
            "VpcOriginEndpointConfig": config,
        }
        tags = self._get_param("Tags.Items", []) or []
        self.backend.tag_resource(arn, {tag["Key"]: tag.get("Value") for tag in tags})
        return answer(identity)

    def get_vpc_origin(self):
        identity = self._get_param("Id")
        if identity not in made:
            raise CloudFrontException("EntityNotFound", "no such VPC origin")
        return answer(identity)

    def in_use(self, identity):
        return any(
            getattr(origin, "vpc_origin_config", {}).get("VpcOriginId") == identity
            for distribution in self.backend.distributions.values()
            for origin in distribution.distribution_config.Origins["Items"]
        )

    def delete_vpc_origin(self):
        identity = self._get_param("Id")
        if in_use(self, identity):
            raise CloudFrontException(
                "CannotDeleteEntityWhileInUse", "The VPC origin is associated with a distribution"
            )
        gone = made.pop(identity)
        return ActionResult({"VpcOrigin": gone, "ETag": "E"})

    models.Origin.__init__ = init_with_vpc
    Response.create_vpc_origin = create_vpc_origin
    Response.get_vpc_origin = get_vpc_origin
    Response.delete_vpc_origin = delete_vpc_origin
    for path in ("vpc-origin$", "vpc-origin/(?P<id>[^/]+)$"):
        urls.url_paths["{0}/2020-05-31/" + path] = Response.dispatch


def _budgets():
    from moto.budgets.responses import BudgetsResponse

    tags = {}  # of what was made, by name of the budget

    create = BudgetsResponse.create_budget

    def create_budget(self):
        name = self._get_param("Budget")["BudgetName"]
        tags[name] = self._get_param("ResourceTags", [])
        return create(self)

    def list_tags_for_resource(self):
        name = self._get_param("ResourceARN").rsplit("/", 1)[-1]
        return json.dumps({"ResourceTags": tags.get(name, [])})

    def describe_subscribers_for_notification(self):
        account, name = self._get_param("AccountId"), self._get_param("BudgetName")
        wanted = self._get_param("Notification")
        subscribers = [
            one
            for notification in self.backend.budgets[account][name].notifications
            if notification.details.items() <= wanted.items()
            for one in notification.subscribers
        ]
        return json.dumps({"Subscribers": subscribers})

    BudgetsResponse.create_budget = create_budget
    BudgetsResponse.list_tags_for_resource = list_tags_for_resource
    BudgetsResponse.describe_subscribers_for_notification = describe_subscribers_for_notification


def _serve_with_additions(serve):
    def main(*args, **kwargs):
        for addition in (
            _s3, _efs, _scaling_targets, _ecs, _security_groups, _eks, _cloudfront, _budgets,
        ):
            addition()
        return serve(*args, **kwargs)

    return main


if moto is not None:
    moto.server.main = _serve_with_additions(moto.server.main)
