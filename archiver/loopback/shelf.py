"""The posts of one channel: which ids stand, what each holds, and its bytes.

A synthetic history is made post by post when somebody looks; only its bytes are kept, for serving. That is
what makes 10,000 posts a second possible.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Sequence

from archiver.loopback.post import Post
from archiver.loopback.tl import Wired


class Shelf:
    """Posts by id."""

    def __init__(self, *, history: int, make: Callable[[int], Post], wire: Callable[[Post], bytes]) -> None:
        """``history`` posts with ids from 1 on exist from the start; ``make`` makes one, always the same."""
        self._make, self._wire = make, wire
        self._posts: dict[int, Post] = {}
        self._wires: dict[int, Wired] = {}
        self._origins: dict[int, int] = {}
        self._versions: dict[int, list[str]] = {}
        self.live = list(range(1, history + 1))
        """Ids that stand, ascending."""
        self.ever = list(self.live)
        """Ids that ever stood, ascending."""
        self._history = history

    @property
    def newest_id(self) -> int:
        """The highest id ever given, 0 for none."""
        return self.ever[-1] if self.ever else 0

    def __contains__(self, post_id: int) -> bool:
        place = bisect_left(self.live, post_id)
        return place < len(self.live) and self.live[place] == post_id

    def get(self, post_id: int) -> Post:
        """Return a post as it stands, or as it last stood; raises KeyError for an id that never was."""
        if post_id in self._posts:
            return self._posts[post_id]
        if not 1 <= post_id <= self._history:
            raise KeyError(post_id)
        return self._make(post_id)

    def add(self, post: Post) -> None:
        """Put a new post on the shelf; raises ValueError when its id was given before."""
        place = bisect_left(self.ever, post.id)
        if place < len(self.ever) and self.ever[place] == post.id:
            raise ValueError(f"post {post.id} exists or existed")
        insort(self.ever, post.id)
        insort(self.live, post.id)
        self._versions[post.id] = [post.text]
        self._posts[post.id] = post

    def replace(self, post: Post) -> None:
        """Put the new version of a post in place of the old one."""
        before = self.get(post.id)
        versions = self._versions.setdefault(post.id, [before.text])
        if post.content != before.content:
            versions.append(post.text)
        self._posts[post.id] = post
        self._wires.pop(post.id, None)

    def drop(self, post_id: int) -> None:
        """Take a post away; raises KeyError when it does not stand."""
        if post_id not in self:
            raise KeyError(post_id)
        self._posts[post_id] = self.get(post_id)
        del self.live[bisect_left(self.live, post_id)]
        self._wires.pop(post_id, None)

    def versions(self, post_id: int) -> list[str]:
        """Return the texts a post had, oldest first."""
        return list(self._versions.get(post_id) or [self.get(post_id).text])

    def wire(self, post_id: int) -> Wired:
        """Return the bytes of a post that stands."""
        found = self._wires.get(post_id)
        if found is None:
            post = self.get(post_id)
            found = self._wires[post_id] = Wired(self._wire(post))
            if post.forward is not None and post.forward.channel_id is not None:
                self._origins[post_id] = post.forward.channel_id
        return found

    def origins(self, post_ids: Iterable[int]) -> set[int]:
        """Return the ids of the channels that posts, wired before, were forwarded from."""
        return {self._origins[post_id] for post_id in post_ids if post_id in self._origins}

    def warm(self) -> None:
        """Make the bytes of all posts now: serving them is then as fast as it ever gets."""
        for post_id in self.live:
            self.wire(post_id)

    def forget_wires(self) -> None:
        """Make all bytes anew when they are next wanted."""
        self._wires.clear()

    def first_at(self, post_ids: Sequence[int], moment: dt.datetime) -> int:
        """Return the place among ascending ids of the first post that is not older than ``moment``."""
        return bisect_left(post_ids, moment, key=lambda post_id: self.get(post_id).at)
