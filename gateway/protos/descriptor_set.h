// The services a gateway stands before, as a compiled descriptor set:
//
//   protoc --include_imports --include_source_info --descriptor_set_out=FILE …
#pragma once

#include <google/protobuf/descriptor.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class FileDescriptorSet;
}

namespace triad::gateway {

// Owns the descriptors. Immutable, hence thread-safe.
class DescriptorSet {
 public:
  // `origin` names the bytes in errors. Files of editions 2023 and 2024 enter the pool as proto2:
  // see runtime/messages/features.h for what their fields are. INVALID_ARGUMENT if they are not a
  // descriptor set, if a file imports one that is not in the set, or if a file
  // does not compile.
  // `edit`, if given, changes them before they are used; its errors are returned.
  using Edit = std::function<absl::Status(google::protobuf::FileDescriptorSet&)>;
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> FromBytes(absl::string_view bytes,
                                                                  absl::string_view origin,
                                                                  const Edit& edit = nullptr);
  // The same for one that has been read, or made; it may be empty.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> FromFiles(
      google::protobuf::FileDescriptorSet set, absl::string_view origin,
      const Edit& edit = nullptr);
  // The same for a file. NOT_FOUND if it cannot be opened.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> FromFile(const std::string& path,
                                                                 const Edit& edit = nullptr);

  DescriptorSet(const DescriptorSet&) = delete;
  DescriptorSet& operator=(const DescriptorSet&) = delete;

  // Options google.api.http and triad.gateway.v1.resume can be read from it by
  // their generated extensions.
  const google::protobuf::DescriptorPool& pool() const { return pool_; }
  // Names of the files that define services, in the set's order.
  const std::vector<std::string>& service_files() const { return service_files_; }

 private:
  DescriptorSet() = default;

  google::protobuf::DescriptorPool pool_;
  std::vector<std::string> service_files_;
};

}  // namespace triad::gateway
