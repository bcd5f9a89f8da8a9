#include "gateway/learning/learned.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::util::MessageDifferencer;

std::set<std::string> ServicesIn(const FileDescriptorSet& files) {
  std::set<std::string> services;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      services.insert(
          absl::StrCat(file.package(), file.package().empty() ? "" : ".", service.name()));
    }
  }
  return services;
}

}  // namespace

Learned::Learned(const std::vector<std::string>& services) : services_(services) {}

bool Learned::Take(const std::string& target, Reflected reflected) {
  MutexLock lock(mutex_);
  Reflected& known = by_target_[target];
  bool is_same = known.unknown == reflected.unknown &&
                 MessageDifferencer::Equals(known.files, reflected.files);
  known = std::move(reflected);
  return !is_same;
}

FileDescriptorSet Learned::Files() const {
  MutexLock lock(mutex_);
  FileDescriptorSet all;
  std::map<std::string, std::pair<std::string, const FileDescriptorProto*>> first;
  for (const auto& [target, reflected] : by_target_) {
    for (const FileDescriptorProto& file : reflected.files.file()) {
      auto [place, is_new] = first.try_emplace(file.name(), target, &file);
      if (is_new) {
        *all.add_file() = file;
      } else if (!MessageDifferencer::Equals(*place->second.second, file)) {
        log::Warning("two services have a file of the same name that is not the same",
                     {{"file", file.name()}, {"used", place->second.first}, {"not", target}});
      }
    }
  }
  return all;
}

std::vector<std::string> Learned::Unknown() const {
  MutexLock lock(mutex_);
  std::set<std::string> known;
  for (const auto& [target, reflected] : by_target_) known.merge(ServicesIn(reflected.files));
  std::vector<std::string> unknown;
  std::copy_if(services_.begin(), services_.end(), std::back_inserter(unknown),
               [&](const std::string& service) { return known.count(service) == 0; });
  return unknown;
}

}  // namespace triad::gateway
