#include <google/api/httpbody.pb.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/exit_codes.h"
#include "cli/files/new_file.h"
#include "cli/session.h"
#include "cli/storage/call.h"
#include "cli/storage/commands.h"
#include "cli/storage/paths.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

absl::StatusOr<v1::ZipObjectsRequest> BuildRequest(std::vector<std::string> texts) {
  v1::ZipObjectsRequest request;
  for (const std::string& text : texts) {
    TRIAD_ASSIGN_OR_RETURN(ObjectPath path, ParsePath("PATH", text));
    if (request.parent().empty()) request.set_parent(path.bucket_resource());
    if (request.parent() != path.bucket_resource()) {
      return UsageError("PATH: expected objects and folders of one bucket");
    }
    if (path.is_folder()) {
      request.add_prefixes(path.name);
    } else {
      request.add_objects(path.name);
    }
  }
  return request;
}

absl::Status Receive(Session& session, const v1::ZipObjectsRequest& request,
                     const std::function<absl::Status(absl::string_view)>& take) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  Progress progress;
  std::int64_t bytes = 0;
  return client->Send(
      {&StorageMethod("ZipObjects")}, request, [&](const google::protobuf::Message& message) {
        const std::string& data = static_cast<const google::api::HttpBody&>(message).data();
        progress.Show(bytes += static_cast<std::int64_t>(data.size()), "bytes");
        return take(data);
      });
}

absl::StatusOr<ExitCode> Zip(Session& session) {
  std::vector<std::string> texts = session.arguments();
  std::string target = std::move(texts.back());
  texts.pop_back();
  TRIAD_ASSIGN_OR_RETURN(v1::ZipObjectsRequest request, BuildRequest(std::move(texts)));
  if (target == "-") {
    TRIAD_RETURN_IF_ERROR(Receive(session, request, [&](absl::string_view data) {
      session.Write(data);
      return absl::OkStatus();
    }));
    return ExitCode::kOk;
  }
  if (IsObjectPath(target)) return UsageError("FILE: expected a file, or - for a pipe");
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<NewFile> file, NewFile::Create(target));
  TRIAD_RETURN_IF_ERROR(
      Receive(session, request, [&](absl::string_view data) { return file->Append(data); }));
  TRIAD_RETURN_IF_ERROR(file->Commit());
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> StorageZipCommands() {
  return {{
      "storage zip",
      "Writes objects into one zip archive",
      "A PATH that ends with / or is a bucket stands for all that is below it; all are of one\n"
      "bucket, and of one moment. The file is there whole or not at all. Nothing is compressed.",
      {{"PATH",
        "triad://BUCKET/NAME, triad://BUCKET/FOLDER/ or triad://BUCKET",
        false,
        true,
        {},
        ObjectCandidates},
       {"FILE", "the archive, or - for a pipe"}},
      {},
      "triadctl storage zip triad://photos/2026/ 2026.zip\n"
      "triadctl storage zip triad://photos/a.txt triad://photos/b.txt - | bsdtar -tf -",
      Zip,
  }};
}

}  // namespace triad::cli
