#include "gateway/learning/reflection_call.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/learning/imports.h"
#include "gateway/learning/reflection.pb.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;

constexpr absl::Duration kTimeout = absl::Seconds(10);
// The newest first.
constexpr const char* kPaths[] = {
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
};

// Those that come with every protobuf library, which is why some servers leave them out.
bool FindBuiltIn(const std::string& name, FileDescriptorProto& file) {
  if (!absl::StartsWith(name, "google/")) return false;
  const auto* found = DescriptorPool::generated_pool()->FindFileByName(name);
  if (found != nullptr) found->CopyTo(&file);
  return found != nullptr;
}

}  // namespace

ReflectionCall::ReflectionCall(grpc_client::Channel& channel,
                               const std::vector<std::string>& services, Done done)
    : channel_(channel), services_(services), done_(std::move(done)) {
  Begin();
}

void ReflectionCall::Begin() {
  symbols_.assign(services_.rbegin(), services_.rend());
  grpc_client::CallStart start;
  start.path = kPaths[version_];
  start.timeout = kTimeout;
  call_ = channel_.Start(std::move(start), *this);
  Ask();
}

void ReflectionCall::Ask() {
  reflection::Question question;
  asked_file_ = symbols_.empty();
  if (!symbols_.empty()) {
    asked_ = std::move(symbols_.back());
    symbols_.pop_back();
    question.set_file_containing_symbol(asked_);
  } else if (!imports_.empty()) {
    asked_ = std::move(imports_.extract(imports_.begin()).value());
    question.set_file_by_filename(asked_);
  } else {
    has_all_ = true;
    call_->FinishSending();
    return call_->Pull();  // what comes now is the end
  }
  Send(question);
}

void ReflectionCall::Send(const reflection::Question& question) {
  call_->Send(question.SerializeAsString());
  call_->Pull();
}

void ReflectionCall::OnMessage(std::string message) {
  reflection::Answer answer;
  absl::Status taken = answer.ParseFromString(message)
                           ? Take(answer)
                           : absl::InvalidArgumentError("an answer is no message of reflection");
  taken.ok() ? Ask() : Finish(taken);
}

absl::Status ReflectionCall::Take(const reflection::Answer& answer) {
  if (answer.has_problem()) return TakeProblem(answer.problem().message());
  if (!answer.has_files()) {
    return absl::InvalidArgumentError(absl::StrCat("no answer about ", asked_));
  }
  for (const std::string& file : answer.files().file()) TRIAD_RETURN_IF_ERROR(TakeFile(file));
  bool is_missing = asked_file_ && names_.count(asked_) == 0;
  if (!is_missing) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the answer about ", asked_, " is without it"));
}

absl::Status ReflectionCall::TakeFile(const std::string& bytes) {
  FileDescriptorProto file;
  if (!file.ParseFromString(bytes)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the answer about ", asked_, " has what is no FileDescriptorProto"));
  }
  if (!names_.insert(file.name()).second) return absl::OkStatus();
  bytes_ += bytes.size();
  if (bytes_ > kMaxBytes || names_.size() > kMaxFiles) {
    return absl::InvalidArgumentError(
        absl::StrCat("its files are more than ", kMaxBytes, " bytes, or than ", kMaxFiles));
  }
  imports_.erase(file.name());
  for (const std::string& import : file.dependency()) {
    if (names_.count(import) == 0) imports_.insert(import);
  }
  *reflected_.files.add_file() = std::move(file);
  return absl::OkStatus();
}

absl::Status ReflectionCall::TakeProblem(const std::string& message) {
  if (!asked_file_) {
    reflected_.unknown.emplace(asked_, message);
    return absl::OkStatus();
  }
  FileDescriptorProto file;
  if (FindBuiltIn(asked_, file)) return TakeFile(file.SerializeAsString());
  return absl::InvalidArgumentError(absl::StrCat("does not know the file ", asked_, ": ", message));
}

void ReflectionCall::OnDone(const grpc_client::CallResult& result) {
  bool is_old = result.status.code() == absl::StatusCode::kUnimplemented;
  if (is_old && version_ + 1 < std::size(kPaths)) {
    ++version_;
    reflected_ = {};
    names_.clear();
    imports_.clear();
    return Begin();
  }
  if (!result.status.ok()) return Finish(result.status);
  if (!has_all_) return Finish(absl::InvalidArgumentError("ended before the last answer"));
  CompleteImports(reflected_.files);
  Finish(std::move(reflected_));
}

void ReflectionCall::Finish(absl::StatusOr<Reflected> result) {
  Done done = done_;
  done(std::move(result));
}

}  // namespace triad::gateway
