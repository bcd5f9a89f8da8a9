// The services a gateway stands before, as a compiled descriptor set:
//
//   protoc --include_imports --include_source_info --descriptor_set_out=FILE …
#pragma once

#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// Owns the descriptors. Immutable, hence thread-safe.
class DescriptorSet {
 public:
  // `origin` names the bytes in errors. Files of editions 2023 and 2024 enter the pool as proto2:
  // see runtime/messages/features.h for what their fields are. INVALID_ARGUMENT if they are not a
  // descriptor set, if a file imports one that is not in the set, or if a file
  // does not compile.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> FromBytes(absl::string_view bytes,
                                                                  absl::string_view origin);
  // The same for a file. NOT_FOUND if it cannot be opened.
  static absl::StatusOr<std::unique_ptr<DescriptorSet>> FromFile(const std::string& path);

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
