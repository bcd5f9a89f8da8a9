// Learns from one server what its services are, by gRPC server reflection.
//
// Source: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/grpc_client/channel.h"

namespace triad::gateway {

namespace reflection {
class Answer;
class Question;
}  // namespace reflection

// What is told of a service.
struct Reflected {
  google::protobuf::FileDescriptorSet files;  // with all that they import
  // Services that the server does not know, each with what it says of that.
  std::map<std::string, std::string> unknown;
};

// One conversation, with version 1 or, if the server does not know that, 1alpha. On its channel's
// loop.
class ReflectionCall final : public grpc_client::CallObserver {
 public:
  // All files together, and how many: a server in front of which somebody stands is not one of
  // his own.
  static constexpr std::size_t kMaxBytes = 64 * 1024 * 1024;
  static constexpr std::size_t kMaxFiles = 10'000;

  // Runs once, and may destroy this. UNAVAILABLE: the server is not there; UNIMPLEMENTED: it has
  // no reflection; INVALID_ARGUMENT: what it says is no description, or is too much.
  using Done = std::function<void(absl::StatusOr<Reflected>)>;

  // Asks for `services`. The channel must outlive it.
  ReflectionCall(grpc_client::Channel& channel, const std::vector<std::string>& services,
                 Done done);

 private:
  void OnInitialMetadata(const grpc_client::Metadata&) override {}
  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;

  void Begin();
  // Asks the next question, or ends if there is none.
  void Ask();
  void Send(const reflection::Question& question);
  absl::Status Take(const reflection::Answer& answer);
  absl::Status TakeFile(const std::string& bytes);
  // Of the last question: there is no such file or symbol.
  absl::Status TakeProblem(const std::string& message);
  void Finish(absl::StatusOr<Reflected> result);

  grpc_client::Channel& channel_;
  const std::vector<std::string> services_;
  const Done done_;
  std::size_t version_ = 0;
  std::vector<std::string> symbols_;  // to ask for, the last first
  std::set<std::string> imports_;     // the same of files
  std::string asked_;                 // of the last question
  bool asked_file_ = false;
  bool has_all_ = false;
  std::set<std::string> names_;  // of the files that are there
  std::size_t bytes_ = 0;
  Reflected reflected_;
  std::unique_ptr<grpc_client::ClientCall> call_;
};

}  // namespace triad::gateway
