"""The events that this service reads: what other counties have released are rows beside its own."""

from services.initiatives.store.pictures import PICTURES, PICTURES_STREAM
from shared.contracts import problem_pictures
from shared.messaging.handlers import Handler

HANDLERS: tuple[Handler, ...] = (PICTURES_STREAM.handler(problem_pictures.EVENTS, PICTURES.project),)
