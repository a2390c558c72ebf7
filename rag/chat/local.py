"""A model in a folder, whose words are waited for as long as the settings say.

LangChain's own pipeline gives up after a minute without one, and waits in vain for a model that
failed.
"""

from collections.abc import Iterator
from threading import Thread
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.outputs import GenerationChunk
from langchain_huggingface import HuggingFacePipeline


class LocalPipeline(HuggingFacePipeline):
    """A pipeline of transformers that streams; the model's own time limit ends it."""

    def _stream(
        self,
        prompt: str,
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[GenerationChunk]:
        """Yield the reply's text as it comes.

        :raises Exception: what the model raised.
        """
        from transformers import TextIteratorStreamer

        streamer = TextIteratorStreamer(
            self.pipeline.tokenizer, skip_prompt=True, skip_special_tokens=True
        )
        failures: list[BaseException] = []

        def generate() -> None:
            try:
                self.pipeline(prompt, streamer=streamer, **kwargs.get("pipeline_kwargs", {}))
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                failures.append(error)
                streamer.end()  # type: ignore[no-untyped-call]

        Thread(target=generate, daemon=True).start()
        for text in streamer:
            chunk = GenerationChunk(text=text)
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
        if failures:
            raise failures[0]
