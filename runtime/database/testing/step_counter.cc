#include "runtime/database/testing/step_counter.h"

#include <sqlite3.h>

#include <atomic>

namespace triad::db {
namespace {

constexpr int kEvery = 16;

std::atomic<std::int64_t> steps_so_far = 0;

int Count(void*) {
  steps_so_far += kEvery;
  return 0;
}

int Install(sqlite3* connection, char**, const struct sqlite3_api_routines*) {
  sqlite3_progress_handler(connection, kEvery, Count, nullptr);
  return SQLITE_OK;
}

auto Extension() { return reinterpret_cast<void (*)()>(Install); }

}  // namespace

StepCounter::StepCounter() { sqlite3_auto_extension(Extension()); }
StepCounter::~StepCounter() { sqlite3_cancel_auto_extension(Extension()); }

std::int64_t StepCounter::steps() const { return steps_so_far; }

}  // namespace triad::db
