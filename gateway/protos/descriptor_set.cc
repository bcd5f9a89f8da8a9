#include "gateway/protos/descriptor_set.h"

#include <google/protobuf/descriptor.pb.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/messages/editions.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

// Keeps the first of the pool's complaints: the others follow from it.
class FirstError : public DescriptorPool::ErrorCollector {
 public:
  void AddError(const std::string& file, const std::string& element,
                const google::protobuf::Message*, ErrorLocation,
                const std::string& message) override {
    if (text_.empty()) text_ = absl::StrCat(file, ": ", element, ": ", message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Builds every file after those it imports, whatever the order of the set.
class Builder {
 public:
  Builder(const FileDescriptorSet& set, absl::string_view origin, DescriptorPool& pool)
      : origin_(origin), pool_(pool) {
    for (const auto& file : set.file()) files_.emplace(file.name(), &file);
  }

  absl::Status Build(const FileDescriptorProto& file) {
    if (!begun_.insert(file.name()).second) return absl::OkStatus();
    for (const auto& import : file.dependency()) {
      auto found = files_.find(import);
      if (found == files_.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat(origin_, ": ", file.name(), " imports ", import,
                         ", which is not in the set: give protoc --include_imports"));
      }
      TRIAD_RETURN_IF_ERROR(Build(*found->second));
    }
    FirstError error;
    if (pool_.BuildFileCollectingErrors(file, &error) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(origin_, ": ", error.text()));
    }
    return absl::OkStatus();
  }

 private:
  const std::string origin_;
  DescriptorPool& pool_;
  std::map<std::string, const FileDescriptorProto*> files_;
  std::set<std::string> begun_;  // also ends a circle of imports; the pool then refuses it
};

}  // namespace

absl::StatusOr<std::unique_ptr<DescriptorSet>> DescriptorSet::FromBytes(absl::string_view bytes,
                                                                        absl::string_view origin,
                                                                        const Edit& edit) {
  if (bytes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(origin,
                     " is empty: --descriptor_set names one of the services to serve, "
                     "--reflection asks them"));
  }
  FileDescriptorSet set;
  if (!set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || set.file().empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        origin, " is not a descriptor set: make one with protoc --descriptor_set_out"));
  }
  return FromFiles(std::move(set), origin, edit);
}

absl::StatusOr<std::unique_ptr<DescriptorSet>> DescriptorSet::FromFiles(FileDescriptorSet set,
                                                                        absl::string_view origin,
                                                                        const Edit& edit) {
  if (edit != nullptr) TRIAD_RETURN_IF_ERROR(edit(set));
  if (messages::HasEditions(set)) {
    absl::Status status = messages::AsProto2(set);
    if (!status.ok()) return Annotate(status, absl::StrCat(origin, ": "));
  }
  auto result = std::unique_ptr<DescriptorSet>(new DescriptorSet());
  Builder builder(set, origin, result->pool_);
  for (const auto& file : set.file()) {
    TRIAD_RETURN_IF_ERROR(builder.Build(file));
    if (file.service_size() > 0) result->service_files_.push_back(file.name());
  }
  return result;
}

absl::StatusOr<std::unique_ptr<DescriptorSet>> DescriptorSet::FromFile(const std::string& path,
                                                                       const Edit& edit) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError(absl::StrCat(path, ": cannot be read: ", std::strerror(errno)));
  }
  return FromBytes(bytes, path, edit);
}

}  // namespace triad::gateway
