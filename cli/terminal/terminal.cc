#include "cli/terminal/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_codes.h"
#include "runtime/base/status.h"
#include "runtime/io/posix.h"

namespace triad::cli {
namespace {

constexpr absl::Duration kBeforeProgress = absl::Milliseconds(500);
constexpr absl::Duration kBetweenProgress = absl::Milliseconds(100);
constexpr std::size_t kMaxAnswerBytes = 1 << 20;

// What Ctrl-C gives back while a secret is asked for; signal handlers know nothing else.
termios shown_settings;
volatile std::sig_atomic_t hidden_on = -1;

void OnInterrupt(int) {
  if (hidden_on >= 0) tcsetattr(hidden_on, TCSANOW, &shown_settings);
  _exit(static_cast<int>(ExitCode::kInterrupted));
}

// Keeps a terminal from showing what is typed.
class Hidden {
 public:
  explicit Hidden(int terminal) : terminal_(terminal) {
    tcgetattr(terminal, &shown_settings);
    termios settings = shown_settings;
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    settings.c_lflag |= ECHONL;
    hidden_on = terminal;
    tcsetattr(terminal, TCSAFLUSH, &settings);
  }
  ~Hidden() {
    tcsetattr(terminal_, TCSANOW, &shown_settings);
    hidden_on = -1;
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;

 private:
  const int terminal_;
};

void Print(int terminal, absl::string_view text) {
  // A question that cannot be shown is not worth an error of its own.
  if (write(terminal, text.data(), text.size()) < 0) return;
}

// A line, without its newline; what was typed of it at the end of input.
std::string ReadLine(int terminal) {
  std::string line;
  char c = 0;
  while (line.size() < kMaxAnswerBytes &&
         RetryOnEintr([&] { return read(terminal, &c, 1); }) == 1 && c != '\n') {
    line.push_back(c);
  }
  return line;
}

}  // namespace

bool IsTerminal(Stream stream) { return isatty(static_cast<int>(stream)) == 1; }

bool WantsColours(Stream stream) {
  const char* none = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  bool refused = none != nullptr && *none != '\0';
  bool dumb = kind != nullptr && absl::string_view(kind) == "dumb";
  return IsTerminal(stream) && !refused && !dumb;
}

void EndOnInterrupt() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigaction(SIGINT, &action, nullptr);
}

absl::StatusOr<std::string> AskSecret(absl::string_view question, absl::string_view otherwise) {
  absl::StatusOr<Descriptor> terminal = OpenDescriptor("/dev/tty", O_RDWR);
  if (!IsTerminal(Stream::kIn) || !terminal.ok()) {
    return UsageError(absl::StrCat("there is no terminal to ask for it; ", otherwise));
  }
  Hidden hidden(terminal->get());
  Print(terminal->get(), absl::StrCat(question, ": "));
  std::string answer = ReadLine(terminal->get());
  if (answer.empty()) return UsageError("nothing was typed");
  Print(terminal->get(), "Once more: ");
  if (ReadLine(terminal->get()) == answer) return answer;
  return UsageError("the two are not the same; nothing was sent");
}

absl::StatusOr<bool> Confirm(absl::string_view question) {
  absl::StatusOr<Descriptor> terminal = OpenDescriptor("/dev/tty", O_RDWR);
  if (!IsTerminal(Stream::kIn) || !terminal.ok()) {
    return UsageError("--yes: needed where there is no terminal to ask");
  }
  Print(terminal->get(), absl::StrCat(question, " [y/N] "));
  std::string answer = absl::AsciiStrToLower(ReadLine(terminal->get()));
  return answer == "y" || answer == "yes";
}

Progress::Progress(Beside beside)
    : on_(IsTerminal(Stream::kError) &&
          (beside == Beside::kClearedOutput || !IsTerminal(Stream::kOut))) {}

Progress::~Progress() { Clear(); }

void Progress::Clear() {
  if (std::exchange(visible_, false)) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(std::int64_t count, absl::string_view what) {
  absl::Duration now = since_.elapsed();
  if (!on_ || now < kBeforeProgress || now - shown_ < kBetweenProgress) return;
  shown_ = now;
  visible_ = true;
  std::fputs(absl::StrCat("\r\x1b[K", count, " ", what).c_str(), stderr);
}

}  // namespace triad::cli
