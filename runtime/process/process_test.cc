#include "runtime/process/process.h"

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "runtime/base/mutex.h"

namespace triad {
namespace {

TEST(IsLoopbackTest, KnowsTheAddresses) {
  for (const char* listen : {"127.0.0.1:1", "localhost:1", "[::1]:1", "127.0.0.2:1"}) {
    EXPECT_TRUE(IsLoopback(listen)) << listen;
  }
  for (const char* listen : {"0.0.0.0:1", "[::]:1", "10.0.0.1:1"}) {
    EXPECT_FALSE(IsLoopback(listen)) << listen;
  }
}

// The heaps that glibc has made.
int Arenas() {
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* file = open_memstream(&text, &size);
  malloc_info(0, file);
  std::fclose(file);
  std::vector<absl::string_view> parts = absl::StrSplit(absl::string_view(text, size), "<heap nr=");
  std::free(text);
  return static_cast<int>(parts.size()) - 1;
}

// Many threads that hold memory of their own at a time.
void AllocateInThreads(int count) {
  Mutex mutex;
  CondVar changed;
  int waiting = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      std::vector<char> memory(100'000, 'x');
      MutexLock lock(mutex);
      ++waiting;
      changed.NotifyAll();
      while (waiting < count) changed.Wait(mutex);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void Start(Process& process) {
  char name[] = "triad-test";
  char* arguments[] = {name};
  process.Start(1, arguments);
}

[[noreturn]] void SayWhetherArenasAreCapped() {
  Process process({.name = "triad-test", .summary = "Lives."});
  Start(process);
  AllocateInThreads(64);
  int allowed = std::clamp(2 * static_cast<int>(std::thread::hardware_concurrency()), 2, 16);
  std::fprintf(stderr, "%d of %d", Arenas(), allowed);
  std::_Exit(Arenas() <= allowed ? 0 : 1);
}

TEST(ProcessTest, CapsTheHeapsOfTheAllocator) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the sanitizer has an allocator of its own";
#endif
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(SayWhetherArenasAreCapped(), testing::ExitedWithCode(0), "of");
}

[[noreturn]] void SayWhetherDescriptorsAreRaised() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  rlim_t most = limit.rlim_max;
  limit.rlim_cur = 64;
  setrlimit(RLIMIT_NOFILE, &limit);
  Process process({.name = "triad-test", .summary = "Lives."});
  Start(process);
  getrlimit(RLIMIT_NOFILE, &limit);
  std::_Exit(limit.rlim_cur == most ? 0 : 1);
}

TEST(ProcessTest, TakesTheDescriptorsThatItMayHave) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(SayWhetherDescriptorsAreRaised(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace triad
