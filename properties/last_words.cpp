#include "properties/last_words.h"

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

#if defined(__x86_64__)
std::uintptr_t stack_pointer(const ucontext_t* context) {
  return static_cast<std::uintptr_t>(context->uc_mcontext.gregs[REG_RSP]);
}
#elif defined(__aarch64__)
std::uintptr_t stack_pointer(const ucontext_t* context) { return context->uc_mcontext.sp; }
#else
std::uintptr_t stack_pointer(const ucontext_t*) { return 0; }
#endif

// A fault within a page or two of the stack pointer is the guard page below the stack.
void on_fault(int signal, siginfo_t* info, void* context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  const std::uintptr_t stack = stack_pointer(static_cast<const ucontext_t*>(context));
  const std::uintptr_t distance = address > stack ? address - stack : stack - address;
  if (stack != 0 && distance < 65536) say("the stack overflowed");
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
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
  std::set_terminate(on_terminate);
}

}  // namespace gradgrind
