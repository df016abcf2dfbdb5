# What Gradgrind needs from the system.
find_package(nlohmann_json REQUIRED)
find_package(fmt REQUIRED)
find_package(Torch REQUIRED)
find_package(Threads REQUIRED)
