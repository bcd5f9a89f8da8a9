#include "cli/transport/grpc_conversation.h"

namespace triad::cli {

GrpcConversation::GrpcConversation(grpc::GenericStub& stub, const std::string& method,
                                   const std::vector<std::pair<std::string, std::string>>& headers,
                                   OnBuffer on_buffer)
    : on_buffer_(std::move(on_buffer)) {
  for (const auto& [name, value] : headers) context_.AddMetadata(name, value);
  stub.PrepareBidiStreamingCall(&context_, method, {}, this);
  // Sends come from outside of the reactions: the call does not end before the last.
  AddHold();
  StartRead(&incoming_);
  StartCall();
}

bool GrpcConversation::Send(const grpc::ByteBuffer& message) {
  {
    MutexLock lock(mutex_);
    if (broken_) return false;
    sending_ = true;
  }
  StartWrite(&message);
  MutexLock lock(mutex_);
  while (sending_) changed_.Wait(mutex_);
  return !broken_;
}

GrpcConversation::End GrpcConversation::Finish() {
  StartWritesDone();
  RemoveHold();
  MutexLock lock(mutex_);
  while (!done_) changed_.Wait(mutex_);
  return {status_, taken_};
}

void GrpcConversation::OnReadDone(bool ok) {
  if (!ok) return;
  taken_ = on_buffer_(incoming_);
  if (!taken_.ok()) {
    Cancel();
    return;
  }
  StartRead(&incoming_);
}

void GrpcConversation::OnWriteDone(bool ok) {
  MutexLock lock(mutex_);
  sending_ = false;
  broken_ = !ok;
  changed_.NotifyAll();
}

void GrpcConversation::OnDone(const grpc::Status& status) {
  MutexLock lock(mutex_);
  status_ = status;
  done_ = true;
  changed_.NotifyAll();
}

}  // namespace triad::cli
