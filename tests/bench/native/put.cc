// Writes objects over gRPC, each of bytes that storage has never seen, as it keeps equal ones once.
//   triad_bench_put ADDRESS PREFIX BYTES CLIENTS SECONDS
// PREFIX begins the resource names ("buckets/b/objects/p"). Each client sends its next object when
// the one before is stored; none begins one after SECONDS, and each sends one at least.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/base/random.h"
#include "tests/bench/native/result.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::bench {
namespace {

using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

constexpr char kMethod[] = "/triad.storage.v1.StorageService/WriteObject";
constexpr std::int64_t kMessageBytes = 256 << 10;  // as many as ReadObject gives
// Fields of WriteObjectRequest and of HttpBody that hold texts, as they are sent.
constexpr char kName = (1 << 3) | 2;
constexpr char kContent = (2 << 3) | 2;
constexpr char kData = (2 << 3) | 2;

struct Plan {
  std::string address;
  std::string prefix;
  std::int64_t bytes = 0;
  std::int64_t clients = 0;
  absl::Duration duration;
};

std::string Varint(std::uint64_t number) {
  std::string bytes;
  for (; number >= 128; number >>= 7) bytes.push_back(static_cast<char>(number | 128));
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

// What all clients share. Thread-safe.
class Load {
 public:
  explicit Load(const Plan& plan)
      : plan_(plan),
        run_(RandomId(Random::System())),
        stub_(grpc::CreateChannel(plan.address, grpc::InsecureChannelCredentials())),
        running_(plan.clients) {}

  const Plan& plan() const { return plan_; }
  Stub& stub() { return stub_; }
  bool IsOver() const { return run_time_.elapsed() >= plan_.duration; }
  std::string NextName() { return absl::StrCat(plan_.prefix, run_, "-", ++objects_); }

  // A message of `bytes` of content; `name` in the first one of an object.
  grpc::ByteBuffer Message(const std::string& name, std::int64_t bytes) {
    std::string fresh = absl::StrCat(run_, absl::Dec(++messages_, absl::kZeroPad16));
    fresh.resize(std::min(fresh.size(), static_cast<std::size_t>(bytes)));
    std::size_t rest = static_cast<std::size_t>(bytes) - fresh.size();
    std::string inner = absl::StrCat(std::string(1, kData), Varint(bytes));
    std::string head =
        name.empty() ? "" : absl::StrCat(std::string(1, kName), Varint(name.size()), name);
    absl::StrAppend(&head, std::string(1, kContent), Varint(inner.size() + bytes), inner, fresh);
    grpc::Slice slices[] = {grpc::Slice(head),
                            grpc::Slice(same_.data(), rest, grpc::Slice::STATIC_SLICE)};
    return grpc::ByteBuffer(slices, 2);
  }

  void Stored(absl::Duration took) {
    MutexLock lock(mutex_);
    durations_.push_back(took);
  }
  void ClientEnded() {
    MutexLock lock(mutex_);
    if (--running_ == 0) ended_.NotifyAll();
  }
  Result Await() {
    MutexLock lock(mutex_);
    while (running_ > 0) ended_.Wait(mutex_);
    return {durations_, run_time_.elapsed(), ProcessorTime()};
  }

 private:
  const Plan plan_;
  const std::string run_;  // no other run has it
  // Bytes that nothing could compress.
  const std::string same_ = Random::System().Bytes(kMessageBytes);
  Stub stub_;
  std::atomic<std::int64_t> objects_{0};
  std::atomic<std::int64_t> messages_{0};
  Mutex mutex_;
  CondVar ended_;
  std::int64_t running_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Duration> durations_ ABSL_GUARDED_BY(mutex_);
  const Stopwatch run_time_;
};

// One object after another. Its calls are one at a time, so nothing of it is guarded.
class Client final : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Client(Load& load) : load_(load) {}

  void Begin() {
    name_ = load_.NextName();
    left_ = load_.plan().bytes;
    took_ = Stopwatch();
    context_.emplace();
    load_.stub().PrepareBidiStreamingCall(&*context_, kMethod, {}, this);
    StartRead(&reply_);
    WriteOn();
    StartCall();
  }

  void OnWriteDone(bool ok) override {
    if (ok && left_ > 0) WriteOn();
  }

  void OnDone(const grpc::Status& status) override {
    if (!status.ok()) Fail(absl::StrCat(name_, ": ", status.error_message()));
    load_.Stored(took_.elapsed());
    CheckReply();
    if (load_.IsOver()) {
      load_.ClientEnded();
    } else {
      Begin();
    }
  }

 private:
  void WriteOn() {
    std::int64_t bytes = std::min(left_, kMessageBytes);
    message_ = load_.Message(left_ == load_.plan().bytes ? name_ : "", bytes);
    left_ -= bytes;
    if (left_ > 0) {
      StartWrite(&message_);
    } else {
      StartWriteLast(&message_, {});
    }
  }

  void CheckReply() {
    grpc::Slice slice;
    storage::v1::Object object;
    if (!reply_.DumpToSingleSlice(&slice).ok() ||
        !object.ParseFromArray(slice.begin(), static_cast<int>(slice.size())) ||
        object.name() != name_ || object.size() != load_.plan().bytes) {
      Fail(absl::StrCat(name_, " was not stored as it was sent"));
    }
  }

  Load& load_;
  std::string name_;
  std::int64_t left_ = 0;
  Stopwatch took_;
  std::optional<grpc::ClientContext> context_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer reply_;
};

Plan PlanOf(const std::vector<std::string>& words) {
  Plan plan;
  double seconds = 0;
  if (words.size() != 5 || !absl::SimpleAtoi(words[2], &plan.bytes) || plan.bytes < 1 ||
      !absl::SimpleAtoi(words[3], &plan.clients) || plan.clients < 1 ||
      !absl::SimpleAtod(words[4], &seconds)) {
    Fail("usage: triad_bench_put ADDRESS PREFIX BYTES CLIENTS SECONDS");
  }
  plan.address = words[0];
  plan.prefix = words[1];
  plan.duration = absl::Seconds(seconds);
  return plan;
}

void Run(const Plan& plan) {
  Load load(plan);
  std::vector<std::unique_ptr<Client>> clients;
  for (std::int64_t i = 0; i < plan.clients; ++i) {
    clients.push_back(std::make_unique<Client>(load));
  }
  for (auto& client : clients) client->Begin();
  Print(load.Await());
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) {
  triad::bench::Run(triad::bench::PlanOf({argv + 1, argv + argc}));
}
