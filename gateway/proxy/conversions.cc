#include "gateway/proxy/conversions.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace triad::gateway {
namespace {

// Memory of one share. What it takes moves the share on, so that it does not look idle.
class ShareMemory final : public ConversionMemory {
 public:
  explicit ShareMemory(MemoryShare& share) : share_(share) {}

  bool Take(std::size_t bytes) override {
    if (!share_.Grow(bytes)) return false;
    share_.Moved(bytes);
    return true;
  }
  void Return(std::size_t bytes) override { share_.Shrink(bytes); }

 private:
  MemoryShare& share_;
};

}  // namespace

Conversions::Job::Job(MemoryBudget* budget, const std::string& peer, Work work)
    // Whether others need its memory is looked at when it takes more.
    : work(std::move(work)), share(budget, peer, [] {}) {
  share.SetKind(MemoryShare::Kind::kOrdinary);
}

Conversions::Conversions(boost::asio::io_context& context, MemoryBudget* budget)
    : context_(context), budget_(budget), executor_({.name = "conversions", .threads = 1}) {}

Conversions::~Conversions() {
  *is_there_ = false;
  for (auto& [number, waiting] : waiting_) waiting.job->is_dropped = true;
}

std::uint64_t Conversions::Start(const std::string& peer, Work work, Done done) {
  std::uint64_t number = ++last_;
  auto job = std::make_shared<Job>(budget_, peer, std::move(work));
  waiting_.emplace(number, Waiting{job, std::move(done)});
  // Each request has one at most, so that the limits of requests are theirs.
  executor_.Continue([this, number, job] { Run(number, job); });
  return number;
}

void Conversions::Drop(std::uint64_t number) {
  auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  found->second.job->is_dropped = true;
  waiting_.erase(found);
}

// On the executor's thread, which ends before this does.
void Conversions::Run(std::uint64_t number, const std::shared_ptr<Job>& job) {
  if (job->is_dropped) return;
  ShareMemory memory(job->share);
  job->result = job->work(memory);
  // Giving back what it held takes its time, too.
  job->work = nullptr;
  boost::asio::post(context_, [this, number, is_there = is_there_, job] {
    if (*is_there) Finish(number);
  });
}

void Conversions::Finish(std::uint64_t number) {
  auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  waiting.done(std::move(waiting.job->result));
}

}  // namespace triad::gateway
