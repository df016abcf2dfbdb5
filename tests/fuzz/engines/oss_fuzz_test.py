#!/usr/bin/env python3
"""An exported fuzzer runs in an empty root, from any folder, and a full disk is named.

usage: oss_fuzz_test.py EXPORT_PROGRAM MANIFEST TARGET WORK_FOLDER

EXPORT_PROGRAM MANIFEST FOLDER TARGET exports. WORK_FOLDER should lie on the file system of LibTorch, or half a
gigabyte is copied. The tests that need chroot and mount are skipped where these are not permitted.
"""

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
import unittest
import zipfile

EXPORT, MANIFEST, TARGET, WORK = sys.argv[1:5]
LOADER = "/out/lib/libc/ld-linux-x86-64.so.2"
SEEDS = {"small": b"B T E|8*T|B>1", "empty": b"", "folder/nested": b"B|1"}  # libFuzzer passes by the empty one


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300, **options)


class Exported(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)
        os.makedirs(WORK)
        for name, content in SEEDS.items():
            path = os.path.join(WORK, "seeds", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
        with open(os.path.join(WORK, "words"), "w") as file:
            file.write('"B T"\n')
        with open(MANIFEST) as file:
            [entry] = [entry for entry in json.load(file) if entry["name"] == TARGET]
        entry["seeds"] = os.path.join(WORK, "seeds")
        entry["dictionary"] = os.path.join(WORK, "words")
        cls.manifest = os.path.join(WORK, "gradgrind_fuzz.json")
        with open(cls.manifest, "w") as file:
            json.dump([entry], file)
        cls.folder = os.path.join(WORK, "export")
        done = run(EXPORT, cls.manifest, cls.folder)
        assert done.returncode == 0, done.stderr
        cls.fuzzer = os.path.join(cls.folder, "out", TARGET + "_fuzzer")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(WORK, ignore_errors=True)

    def test_holds_what_oss_fuzz_looks_for(self):
        self.assertTrue(os.access(self.fuzzer, os.X_OK))
        with zipfile.ZipFile(self.fuzzer + "_seed_corpus.zip") as archive:
            self.assertIsNone(archive.testzip())
            self.assertEqual({name: archive.read(name) for name in archive.namelist()}, SEEDS)
        with open(self.fuzzer + ".dict") as file:
            self.assertEqual(file.read(), '"B T"\n')
        with open(self.fuzzer + ".options") as file:
            self.assertIn("timeout = 10", file.read())
        for script in ("build.sh", "compile", ".clusterfuzzlite/build.sh", ".clusterfuzzlite/compile"):
            checked = run("bash", "-n", os.path.join(self.folder, script))
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_runs_in_an_empty_root(self):
        root = os.path.join(WORK, "root")
        os.makedirs(os.path.join(root, "tmp"))
        os.makedirs(os.path.join(root, "seeds"))
        run("cp", "-al", os.path.join(self.folder, "out"), os.path.join(root, "out"), check=True)
        with zipfile.ZipFile(self.fuzzer + "_seed_corpus.zip") as archive:
            archive.extractall(os.path.join(root, "seeds"))
        try:
            os.mkdir(os.path.join(root, "dev"))
            os.mknod(os.path.join(root, "dev/null"), 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            subprocess.run([LOADER, "--help"], preexec_fn=lambda: os.chroot(root), capture_output=True, check=True)
        except (PermissionError, subprocess.SubprocessError) as error:
            self.skipTest(f"no chroot here: {error}")
        done = subprocess.run(
            [LOADER, "--library-path", "/out/lib/libc", f"/out/{TARGET}_fuzzer", "-runs=300", "-seed=1",
             f"-dict=/out/{TARGET}_fuzzer.dict", "/seeds"],
            preexec_fn=lambda: (os.chroot(root), os.chdir("/tmp")), env={}, capture_output=True, text=True,
            errors="replace", timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 files found in /seeds", done.stderr)
        self.assertIn("Done 300 runs", done.stderr)

    def test_runs_from_another_folder_with_its_own_libraries(self):
        moved = os.path.join(WORK, "moved")
        run("cp", "-al", os.path.join(self.folder, "out"), moved, check=True)
        fuzzer = os.path.join(moved, TARGET + "_fuzzer")
        done = run(fuzzer, "-runs=300", "-seed=1", cwd="/", env={})
        self.assertEqual(done.returncode, 0, done.stderr)
        loaded = run("ldd", fuzzer, env={"PATH": os.environ["PATH"]}).stdout
        self.assertIn(f" => {moved}/lib/libc10.so", loaded)
        self.assertNotIn("not found", loaded)

    def test_replaces_an_earlier_export_and_nothing_else(self):
        again = run(EXPORT, self.manifest, self.folder)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(os.access(self.fuzzer, os.X_OK))
        refused = run(EXPORT, self.manifest, os.path.join(WORK, "seeds"))
        self.assertEqual(refused.returncode, 2)
        self.assertIn("holds something else than an export", refused.stderr)
        self.assertEqual(sorted(os.listdir(os.path.join(WORK, "seeds"))), ["empty", "folder", "small"])

    def test_names_a_full_disk(self):
        disk = os.path.join(WORK, "disk")
        os.mkdir(disk)
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"tmpfs", disk.encode(), b"tmpfs", 0, b"size=4m") != 0:
            self.skipTest("no mount here: " + os.strerror(ctypes.get_errno()))
        try:
            full = run(EXPORT, self.manifest, os.path.join(disk, "export"))
        finally:
            libc.umount(disk.encode())
        self.assertEqual(full.returncode, 2, full.stderr)
        self.assertIn(disk + "/export/out/", full.stderr)
        self.assertIn("No space left on device", full.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
