#include "cli/storage/copy/transfer.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files/input_file.h"
#include "cli/files/new_file.h"
#include "cli/storage/call.h"
#include "cli/storage/copy/content.h"
#include "runtime/base/status.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;
namespace v1 = storage::v1;

// No generation is that of no object.
void RequireAbsent(v1::ObjectCondition& condition) { condition.set_if_generation_match(0); }

absl::StatusOr<std::int64_t> Upload(Client& client, const Copying& copy,
                                    const TransferOptions& options, const OnBytes& on_bytes) {
  TRIAD_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(copy.from.file));
  v1::WriteObjectRequest request;
  request.set_name(copy.to.object.resource());
  if (options.if_absent) RequireAbsent(*request.mutable_condition());
  ContentSum sum;
  Content content = {.type = options.content_type, .size = file.size()};
  content.read = [&](std::size_t count) -> absl::StatusOr<std::string> {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, file.Read(count));
    sum.Update(bytes);
    on_bytes(static_cast<std::int64_t>(bytes.size()));
    return bytes;
  };
  v1::Object object;
  TRIAD_RETURN_IF_ERROR(client.Upload({&StorageMethod("WriteObject")}, request, content,
                                      [&](const google::protobuf::Message& message) {
                                        object.CopyFrom(message);
                                        return absl::OkStatus();
                                      }));
  TRIAD_RETURN_IF_ERROR(sum.Check(object));
  return object.size();
}

absl::Status ToOutput(Client& client, const v1::Object& object, const OnBytes& on_bytes) {
  return Download(client, object, std::nullopt, [&](absl::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    on_bytes(static_cast<std::int64_t>(bytes.size()));
    return absl::OkStatus();
  });
}

absl::Status ToFile(Client& client, const v1::Object& object, const std::string& path,
                    const TransferOptions& options, const OnBytes& on_bytes) {
  std::error_code error;
  if (options.if_absent && fs::exists(fs::symlink_status(path, error))) {
    return absl::AlreadyExistsError(absl::StrCat(path, ": is there already"));
  }
  fs::path directory = fs::path(path).parent_path();
  if (!directory.empty()) fs::create_directories(directory, error);
  if (error) {
    return absl::InternalError(
        absl::StrCat(directory.string(), ": cannot be made: ", error.message()));
  }
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<NewFile> file, NewFile::Create(path));
  TRIAD_RETURN_IF_ERROR(Download(client, object, std::nullopt, [&](absl::string_view bytes) {
    on_bytes(static_cast<std::int64_t>(bytes.size()));
    return file->Append(bytes);
  }));
  return file->Commit();
}

absl::StatusOr<std::int64_t> CopyInStorage(Client& client, const Copying& copy,
                                           const TransferOptions& options) {
  v1::CopyObjectRequest request;
  request.set_name(copy.from.object.resource());
  request.set_destination(copy.to.object.resource());
  if (options.if_absent) RequireAbsent(*request.mutable_destination_condition());
  if (!options.content_type.empty()) {
    request.mutable_object()->set_content_type(options.content_type);
    request.mutable_update_mask()->add_paths("content_type");
  }
  TRIAD_ASSIGN_OR_RETURN(auto object,
                         Ask<v1::Object>(client, StorageMethod("CopyObject"), request));
  return object.size();
}

}  // namespace

absl::StatusOr<std::int64_t> TransferOne(Client& client, const Copying& copy,
                                         const TransferOptions& options, const OnBytes& on_bytes) {
  if (!copy.from.in_storage) return Upload(client, copy, options, on_bytes);
  if (copy.to.in_storage) return CopyInStorage(client, copy, options);
  TRIAD_ASSIGN_OR_RETURN(v1::Object object, DescribeObject(client, copy.from.object, 0));
  TRIAD_RETURN_IF_ERROR(copy.to.is_pipe()
                            ? ToOutput(client, object, on_bytes)
                            : ToFile(client, object, copy.to.file, options, on_bytes));
  return object.size();
}

absl::StatusOr<std::int64_t> MoveOne(Client& client, const Copying& copy,
                                     const TransferOptions& options) {
  v1::MoveObjectRequest request;
  request.set_name(copy.from.object.resource());
  request.set_destination(copy.to.object.resource());
  if (options.if_absent) RequireAbsent(*request.mutable_destination_condition());
  TRIAD_ASSIGN_OR_RETURN(auto object,
                         Ask<v1::Object>(client, StorageMethod("MoveObject"), request));
  return object.size();
}

}  // namespace triad::cli
