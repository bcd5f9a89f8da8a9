// What servers have told of themselves, put together.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <string>
#include <vector>

#include "gateway/learning/reflection_call.h"
#include "runtime/base/mutex.h"

namespace triad::gateway {

// Thread-safe.
class Learned {
 public:
  // `services` are those of all servers: unknown, until one tells of them.
  explicit Learned(const std::vector<std::string>& services);

  // Takes what the server at `target` says, in place of what it said before. False if that is the
  // same.
  bool Take(const std::string& target, Reflected reflected);

  // The files of all servers. Of a file that two have, the first by the order of their names: a
  // gateway knows each message once.
  google::protobuf::FileDescriptorSet Files() const;
  // The services that no server has told of, in order.
  std::vector<std::string> Unknown() const;

 private:
  const std::vector<std::string> services_;
  mutable Mutex mutex_;
  std::map<std::string, Reflected> by_target_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::gateway
