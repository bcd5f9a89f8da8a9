// A database that can be made to fail, as if the process had been killed or the
// disk had gone.
#pragma once

#include <functional>
#include <utility>

#include "runtime/database/database.h"

namespace triad::storage {

class FailingDatabase final : public db::Database {
 public:
  explicit FailingDatabase(db::Database& database) : database_(&database) {}

  // From now on calls go to `database`, and none is failed.
  void Reset(db::Database& database) {
    database_ = &database;
    fail_writes = nullptr;
    fail_reads = nullptr;
    lose_answers = nullptr;
    repeat_commits = false;
  }

  absl::Status Write(Work work, std::function<void()> committed) override {
    if (fail_writes && fail_writes()) return absl::UnavailableError("no writes here");
    if (repeat_commits) {
      if (absl::Status lost = database_->Write(work, nullptr); !lost.ok()) return lost;
    }
    absl::Status written = database_->Write(std::move(work), std::move(committed));
    if (written.ok() && lose_answers && lose_answers()) {
      return absl::UnavailableError("the answer is lost");
    }
    return written;
  }
  absl::Status WriteLater(Work work, std::function<void()> committed, Answer answer) override {
    if (fail_writes && fail_writes()) return absl::UnavailableError("no writes here");
    return database_->WriteLater(std::move(work), std::move(committed), std::move(answer));
  }
  absl::Status Read(absl::FunctionRef<absl::Status(db::Session&)> work) override {
    if (fail_reads && fail_reads()) return absl::UnavailableError("no reads here");
    return database_->Read(work);
  }
  absl::Status Purge(absl::Duration timeout) override { return database_->Purge(timeout); }
  absl::Status CheckHealth(absl::Duration timeout) override {
    return database_->CheckHealth(timeout);
  }

  // Asked before each call; set them while no other thread uses this.
  std::function<bool()> fail_writes;
  std::function<bool()> fail_reads;
  // Asked after each commit of Write: whether the caller hears of an error all the same.
  std::function<bool()> lose_answers;
  // Every write runs again after its commit, as if the connection had been lost while
  // it was answered.
  bool repeat_commits = false;

 private:
  db::Database* database_;
};

}  // namespace triad::storage
