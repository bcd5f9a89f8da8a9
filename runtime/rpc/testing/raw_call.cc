#include "runtime/rpc/testing/raw_call.h"

#include <grpcpp/generic/generic_stub.h>

#include <chrono>

namespace triad::rpc::testing {
namespace {

// One operation at a time: whether it worked.
bool Await(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

std::string Flatten(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string flat;
  if (!bytes.Dump(&slices).ok()) return flat;
  for (const grpc::Slice& slice : slices) {
    flat.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return flat;
}

}  // namespace

RawReply RawCall(const std::shared_ptr<grpc::Channel>& channel, grpc::ClientContext& context,
                 const std::string& path, const std::vector<std::string>& messages) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  auto call = stub.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  bool sending = Await(queue);
  for (const std::string& message : messages) {
    if (!sending) break;
    grpc::Slice slice(message);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    sending = Await(queue);
  }
  if (sending) {
    call->WritesDone(nullptr);
    Await(queue);
  }
  RawReply reply;
  for (;;) {
    grpc::ByteBuffer bytes;
    call->Read(&bytes, nullptr);
    if (!Await(queue)) break;
    reply.messages.push_back(Flatten(bytes));
  }
  call->Finish(&reply.status, nullptr);
  Await(queue);
  return reply;
}

}  // namespace triad::rpc::testing
