#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/session.h"
#include "cli/storage/call.h"
#include "cli/storage/commands.h"
#include "cli/storage/object_output.h"
#include "cli/storage/paths.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(100);

absl::StatusOr<ExitCode> Mb(Session& session) {
  const FlagValues& flags = session.flags();
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseBucket("BUCKET", session.argument(0)));
  v1::CreateBucketRequest request;
  request.set_bucket_id(path.bucket);
  request.mutable_bucket()->set_description(flags.Text("description"));
  if (flags.Has("versioning")) request.mutable_bucket()->set_versioning(v1::Bucket::VERSIONING_ON);
  request.set_validate_only(flags.Has("dry-run"));
  TRIAD_ASSIGN_OR_RETURN(auto made, AskStorage<v1::Bucket>(session, "CreateBucket", request));
  WriteDone(session, path.text(), request.validate_only() ? "would be created" : "created", made);
  return ExitCode::kOk;
}

// Its objects go in the background, and the bucket after them.
absl::Status WaitUntilGone(Session& session, const ObjectPath& path) {
  Progress progress;
  v1::GetBucketRequest request;
  request.set_name(path.bucket_resource());
  for (;;) {
    auto left = AskStorage<v1::Bucket>(session, "GetBucket", request);
    if (absl::IsNotFound(left.status())) return absl::OkStatus();
    if (!left.ok()) return left.status();
    progress.Show(left->object_count() + left->version_count(), "objects and versions left");
    absl::SleepFor(kBetweenLooks);
  }
}

absl::StatusOr<ExitCode> Rb(Session& session) {
  const FlagValues& flags = session.flags();
  TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParseBucket("BUCKET", session.argument(0)));
  v1::DeleteBucketRequest request;
  request.set_name(path.bucket_resource());
  request.set_force(flags.Has("force"));
  request.set_validate_only(flags.Has("dry-run"));
  if (request.force() && !request.validate_only() && !flags.Has("yes")) {
    TRIAD_ASSIGN_OR_RETURN(bool yes,
                           Confirm(absl::StrCat("Delete ", path.text(),
                                                " with all its objects and versions, for good?")));
    if (!yes) return absl::CancelledError("nothing was deleted");
  }
  TRIAD_ASSIGN_OR_RETURN(auto bucket, AskStorage<v1::Bucket>(session, "DeleteBucket", request));
  if (request.force() && !request.validate_only()) {
    TRIAD_RETURN_IF_ERROR(WaitUntilGone(session, path));
  }
  WriteDone(session, path.text(), request.validate_only() ? "would be deleted" : "deleted", bucket);
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageBucketCommands() {
  Flag dry_run = {"dry-run", "", "checks everything and changes nothing", FlagType::kSwitch};
  return {
      {"storage mb",
       "Creates a bucket",
       "",
       {{"BUCKET", "triad://BUCKET or BUCKET: 3 to 63 of a-z, 0-9 and -"}},
       {{"description", "TEXT", "what it is for"},
        {"versioning", "", "keeps what is replaced or deleted", FlagType::kSwitch},
        dry_run},
       "triadctl storage mb triad://photos --versioning --description 'Of the summer'",
       Mb},
      {"storage rb",
       "Deletes a bucket",
       "",
       {{"BUCKET", "triad://BUCKET or BUCKET", false, false, {}, BucketCandidates}},
       {{"force", "",
         "also with objects and versions, which nothing brings back; waits for the end",
         FlagType::kSwitch},
        {"yes", "", "does not ask", FlagType::kSwitch},
        dry_run},
       "triadctl storage rb triad://photos\n"
       "triadctl storage rb triad://photos --force --yes",
       Rb},
  };
}

}  // namespace triad::cli
