// A control group with a limit of memory, which the kernel's buffers of sockets count in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace triad::testing {

// For processes that start while this process is in it.
class ControlGroup {
 public:
  // Null where there is none to be had; `why` says so.
  static std::unique_ptr<ControlGroup> Make(std::size_t bytes, std::string& why);
  // Its processes must have ended.
  ~ControlGroup();
  ControlGroup(const ControlGroup&) = delete;
  ControlGroup& operator=(const ControlGroup&) = delete;

  bool Enter();
  bool Leave();
  // How many of its processes the kernel has killed for want of memory; -1 if it does not
  // tell.
  int Killed() const;
  // Most bytes that were held in it; 0 if it does not tell.
  std::uint64_t Peak() const;

 private:
  ControlGroup(std::string own, std::string path) : own_(std::move(own)), path_(std::move(path)) {}

  const std::string own_;
  const std::string path_;
};

}  // namespace triad::testing
