#include "fuzz/nightly/oss_fuzz_files.h"

#include <fmt/format.h>

namespace gradgrind::nightly {
namespace {

constexpr const char* kProjectYaml = R"(homepage: "{repository}"
main_repo: "{repository}"
primary_contact: "somebody@example.com"
language: c++
# The fuzzers are built on Debian 12; this runner's C library is newer than Debian's.
base_os_version: ubuntu-24-04
fuzzing_engines:
  - libfuzzer
# Others report what LibTorch, which is not built with them, does on purpose.
sanitizers:
  - address
)";

// Debian's LibTorch is built with libstdc++, like Debian's clang and unlike the image
// "base-builder".
constexpr const char* kDockerfile = R"(FROM debian:bookworm
ARG gradgrind=https://example.com/gradgrind.git
ENV SRC=/src WORK=/work OUT=/out SANITIZER=address FUZZING_ENGINE=libfuzzer ARCHITECTURE=x86_64
RUN mkdir -p $SRC $WORK $OUT && \
    apt-get update && apt-get install --yes --no-install-recommends ca-certificates git && \
    git clone --depth 1 $gradgrind /opt/gradgrind && \
    cd /opt/gradgrind && ./bootstrap install core fuzz && \
    cmake -S . -B $WORK/gradgrind -G Ninja -DCMAKE_CXX_COMPILER=clang++ \
          -DGRADGRIND_BUILD_TESTS=OFF -DGRADGRIND_BUILD_EXAMPLES=OFF && \
    cmake --build $WORK/gradgrind && cmake --install $WORK/gradgrind
# What your project needs besides:
# RUN apt-get install --yes ...
{sources}
WORKDIR $SRC/{project}
COPY {scripts}build.sh $SRC/
COPY {scripts}compile /usr/local/bin/
CMD ["compile"]
)";

constexpr const char* kCompile = R"(#!/bin/bash -eu
# Sets the environment of build.sh, as the program of this name in the image "base-builder" does.
case $FUZZING_ENGINE in
  libfuzzer) LIB_FUZZING_ENGINE=-fsanitize=fuzzer ;;
  *) echo "compile: the engine is libfuzzer, not $FUZZING_ENGINE" >&2; exit 1 ;;
esac
case $SANITIZER in
  address) sanitizer='-fsanitize=address -fsanitize-address-use-after-scope' ;;
  none) sanitizer= ;;
  *) echo "compile: the sanitizer is address or none, not $SANITIZER" >&2; exit 1 ;;
esac
CC=clang
CXX=clang++
CFLAGS="-O1 -g -fno-omit-frame-pointer -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
CFLAGS="$CFLAGS $sanitizer -fsanitize=fuzzer-no-link"
CXXFLAGS=$CFLAGS
export CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE
exec bash -eu "$SRC/build.sh"
)";

constexpr const char* kBuild = R"(#!/bin/bash -eu
# Builds the fuzzers of the project into $OUT. OSS-Fuzz sets SRC, WORK, OUT and the compiler.
export CXXFLAGS="${{CXXFLAGS//-stdlib=libc++/}}"  # LibTorch is built with libstdc++
cmake -S "$SRC/{project}" -B "$WORK/{project}" -G Ninja -DCMAKE_BUILD_TYPE=None \
  -DGRADGRIND_FUZZ=ON -DGRADGRIND_FUZZ_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/{project}" --target fuzzers
gradgrind export oss-fuzz --only-fuzzers --manifest "$WORK/{project}/gradgrind_fuzz.json" "$OUT"
)";

constexpr const char* kReadme = R"(# {project} under OSS-Fuzz and ClusterFuzzLite

| files | are for |
|---|---|
| `project.yaml` `Dockerfile` `build.sh` `compile` | OSS-Fuzz: a folder `projects/{project}` of its repository |
| `.clusterfuzzlite/` | ClusterFuzzLite: the top of your own repository |
| `out/` | any machine: the fuzzers as built here, with all that they need |

Fill in what says `example.com`. The images stand on Debian, whose LibTorch needs no building.

    out/NAME_fuzzer FOLDER

finds its libraries in `out/lib`, wherever `out` lies. The C library is the machine's own. Where
that is older than the one of the build, or where there is none, as in an empty root:

    out/lib/libc/{loader} --library-path out/lib/libc out/NAME_fuzzer FOLDER
)";

constexpr const char* kOptions = R"([libfuzzer]
timeout = 10
rss_limit_mb = 2560
malloc_limit_mb = 1024

[asan]
allocator_may_return_null = 1
detect_container_overflow = 0
)";

std::string dockerfile(const std::string& project, const std::string& sources,
                       const std::string& scripts) {
  return fmt::format(kDockerfile, fmt::arg("project", project), fmt::arg("sources", sources),
                     fmt::arg("scripts", scripts));
}

}  // namespace

std::vector<ProjectFile> project_files(const std::string& project, const std::string& repository) {
  const auto filled = [&](const char* text) {
    return fmt::format(fmt::runtime(text), fmt::arg("project", project),
                       fmt::arg("repository", repository),
                       fmt::arg("loader", "ld-linux-x86-64.so.2"));
  };
  const std::string cloned = fmt::format("RUN git clone --depth 1 {} $SRC/{}", repository, project);
  const std::string copied = fmt::format("COPY . $SRC/{}", project);
  const std::string lite = ".clusterfuzzlite/";
  return {
      {"project.yaml", filled(kProjectYaml)},
      {"Dockerfile", dockerfile(project, cloned, "")},
      {"build.sh", filled(kBuild), true},
      {"compile", kCompile, true},
      {lite + "project.yaml", "language: c++\n"},
      {lite + "Dockerfile", dockerfile(project, copied, lite)},
      {lite + "build.sh", filled(kBuild), true},
      {lite + "compile", kCompile, true},
      {"README.md", filled(kReadme)},
  };
}

std::string fuzzer_options() { return kOptions; }

}  // namespace gradgrind::nightly
