#include "properties/last_words.h"

#include <execinfo.h>
#include <signal.h>
#include <sys/resource.h>
#include <ucontext.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <vector>

#include "properties/journal.h"

namespace gradgrind {
namespace {

void say(const char* text) {
  JournalPage& page = journal();
  std::strncpy(page.last_words, text, sizeof(page.last_words) - 1);
}

// The fault's own address is no return address: one is added, so that it can be read as one.
void note_frames(void* fault) {
  JournalPage& page = journal();
  const int count = backtrace(page.frames, static_cast<int>(kJournalFrames));
  for (int i = 0; i < count; ++i) {
    if (page.frames[i] == fault) page.frames[i] = static_cast<char*>(fault) + 1;
  }
  page.frame_count = static_cast<std::uint64_t>(count);
}

[[noreturn]] void on_terminate() {
  if (const std::exception_ptr current = std::current_exception()) {
    try {
      std::rethrow_exception(current);
    } catch (const std::exception& error) {
      say(error.what());
    } catch (...) {
      say("an exception that is no std::exception");
    }
  }
  std::abort();
}

// Where a thread stood: 0 on machines that nobody has tried.
struct Registers {
  std::uintptr_t stack = 0;
  std::uintptr_t instruction = 0;
};

Registers registers_of(const ucontext_t* context) {
#if defined(__x86_64__)
  return {static_cast<std::uintptr_t>(context->uc_mcontext.gregs[REG_RSP]),
          static_cast<std::uintptr_t>(context->uc_mcontext.gregs[REG_RIP])};
#elif defined(__aarch64__)
  return {context->uc_mcontext.sp, context->uc_mcontext.pc};
#else
  static_cast<void>(context);
  return {};
#endif
}

// A fault within a page or two of the stack pointer is the guard page below the stack.
void on_fault(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const Registers registers = registers_of(static_cast<const ucontext_t*>(context));
  const std::uintptr_t stack = registers.stack;
  const std::uintptr_t distance = address > stack ? address - stack : stack - address;
  const bool is_overflow = (signal == SIGSEGV || signal == SIGBUS) && distance < 65536;
  if (stack != 0 && is_overflow) say("the stack overflowed");
  note_frames(reinterpret_cast<void*>(registers.instruction));
  ::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

void install_last_words() {
  static std::vector<char> alternate_stack(64 << 10);
  stack_t stack{};
  stack.ss_sp = alternate_stack.data();
  stack.ss_size = alternate_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (const int fatal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    sigaction(fatal, &action, nullptr);
  }
  // The first call loads libgcc, which a handler may not.
  void* frame = nullptr;
  backtrace(&frame, 1);
  std::set_terminate(on_terminate);
}

}  // namespace gradgrind
